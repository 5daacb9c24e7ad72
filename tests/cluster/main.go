package main

import "os"

var commands = map[string]func(args []string) int{}

func main() {
	os.Exit(commands[os.Args[1]](os.Args[2:]))
}
