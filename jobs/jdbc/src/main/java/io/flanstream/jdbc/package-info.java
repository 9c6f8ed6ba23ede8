/** A JDBC driver for {@code flanstream sql-gateway}, and for any SQL gateway of Apache Flink. */
package io.flanstream.jdbc;
