package tutorial

import (
	"fmt"
	"strings"
)

// document is a page whose console blocks are a script: a line after "$ " is what the reader types (with what follows
// it, as long as lines end in a backslash), and the lines up to the next one are what the reader sees.
type document struct {
	parts []part
}

// part is text as it is, or a block of commands.
type part struct {
	text    string
	heading string // the last one above the block
	steps   []step
}

type step struct {
	command, output string
}

const (
	fence        = "```"
	blockBegin   = fence + "console"
	prompt       = "$ "
	continuation = "\\"
)

func parse(text string) (document, error) {
	var parsed document
	lines := strings.SplitAfter(text, "\n")
	heading, plain, quoted := "", "", false
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSuffix(lines[i], "\n")
		if quoted || line != blockBegin {
			quoted = quoted != strings.HasPrefix(line, fence)
			if title, found := strings.CutPrefix(line, "#"); found && !quoted {
				heading = strings.TrimLeft(title, "# ")
			}
			plain += lines[i]
			continue
		}
		parsed.parts = append(parsed.parts, part{text: plain})
		plain = ""
		length := blockLength(lines[i+1:])
		if length < 0 {
			return document{}, fmt.Errorf("line %d: a block without an end", i+1)
		}
		steps, err := parseSteps(lines[i+1 : i+1+length])
		if err != nil {
			return document{}, fmt.Errorf("below line %d: %w", i+1, err)
		}
		parsed.parts = append(parsed.parts, part{heading: heading, steps: steps})
		i += 1 + length
	}
	parsed.parts = append(parsed.parts, part{text: plain})
	return parsed, nil
}

// blockLength is how many lines there are before the block's end, -1 if it has none.
func blockLength(lines []string) int {
	for i, line := range lines {
		if strings.TrimSuffix(line, "\n") == fence {
			return i
		}
	}
	return -1
}

func parseSteps(lines []string) ([]step, error) {
	var steps []step
	inCommand := false
	for _, line := range lines {
		command, begins := strings.CutPrefix(line, prompt)
		switch {
		case inCommand:
			steps[len(steps)-1].command += line
		case begins:
			steps = append(steps, step{command: command})
		case len(steps) == 0:
			return nil, fmt.Errorf("output before the first command: %s", line)
		default:
			steps[len(steps)-1].output += line
			continue
		}
		inCommand = strings.HasSuffix(line, continuation+"\n")
	}
	if inCommand {
		return nil, fmt.Errorf("a command without an end")
	}
	return steps, nil
}

func (d document) render() string {
	var text strings.Builder
	for _, one := range d.parts {
		if one.steps == nil {
			text.WriteString(one.text)
			continue
		}
		text.WriteString(blockBegin + "\n")
		for _, step := range one.steps {
			text.WriteString(prompt + step.command + step.output)
		}
		text.WriteString(fence + "\n")
	}
	return text.String()
}

// headings are those that have commands, in their order.
func (d document) headings() []string {
	var names []string
	for _, one := range d.parts {
		if one.steps != nil && (len(names) == 0 || names[len(names)-1] != one.heading) {
			names = append(names, one.heading)
		}
	}
	return names
}
