/** What is in flight, in a file that outlives the process: finds the event that ends it. */
package io.flanstream.model.crash;
