// This module has nothing to call: it stands between libgit2 and the libraries that libgit2 uses.
