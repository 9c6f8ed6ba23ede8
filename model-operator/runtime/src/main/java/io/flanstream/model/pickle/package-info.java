/**
 * A reader of PyTorch's pickled state dicts that runs nothing: it knows the opcodes and the names
 * that weights need, makes inert data of them, and refuses everything else by name and offset. It
 * loads no class, and depends on the JDK alone.
 */
package io.flanstream.model.pickle;
