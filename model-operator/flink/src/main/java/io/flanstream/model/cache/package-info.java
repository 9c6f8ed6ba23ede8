/** Results of texts that were answered before, in memory and on the local disk. */
package io.flanstream.model.cache;
