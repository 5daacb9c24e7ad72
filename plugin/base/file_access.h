// Who may do what with a file: mode, owner, ACL, label.
#pragma once

namespace kencrypt {

// Gives the file `to` the owner, the group, the extended attributes (of which ACLs and SELinux labels are some) and the
// mode of the regular file `from`. False, with errno, if the system does not allow all of it. Left out is what depends
// on a file's content: the signatures of IMA and EVM.
bool copy_access(int from, int to);

}  // namespace kencrypt
