#ifndef FLOWRUN_CTEMPLATES_H
#define FLOWRUN_CTEMPLATES_H

#include <stddef.h>

/// One file that `flowrun init --template NAME` writes.
struct flowrun_template {
    /// The template that it belongs to: `mlops` or `minimal`.
    const char *template_name;
    /// Where it is written, from the new project's root.
    const char *path;
    /// Whether it is written with the executable bits.
    int executable;
    const unsigned char *bytes;
    size_t length;
};

/// One object that a template's project finds in the bucket when it runs for the first time.
///
/// DVC stores a file under its MD5: the project's `.dvc` files, which are templates, name these very objects.
struct flowrun_template_object {
    const char *template_name;
    const char *bucket;
    /// The object's name in the bucket. Its last two parts together are the MD5 of its content.
    const char *name;
    /// The file in the project that the object is the content of; git ignores it.
    const char *path;
    /// The content; null for what `python3 FLOWRUN_TEMPLATE_GENERATOR --out FOLDER`, run in the project,
    /// writes into FOLDER under the last part of `path`.
    const unsigned char *bytes;
    size_t length;
};

/// The script of the `mlops` template that makes its data; needs Python's standard library only.
#define FLOWRUN_TEMPLATE_GENERATOR "utilities/make_dataset.py"

/// All files of all templates, in the order in which they are best listed. They live as long as the process.
const struct flowrun_template *flowrun_template_files(size_t *count);

/// All objects of all templates. They live as long as the process.
const struct flowrun_template_object *flowrun_template_objects(size_t *count);

#endif
