package io.flanstream.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Connects to a SQL gateway, or to a proxy in front of one that speaks TLS and asks for a password:
 * {@code jdbc:flanstream:[https:]//host:port[/catalog[/database]][?key=value]}.
 *
 * <p>Properties and the URL's parameters are options of the session, such as {@code
 * table.local-time-zone}. Connections are thread-safe as far as the gateway is: statements of one
 * connection run one after the other.
 */
public final class FlanstreamDriver implements Driver {
  static final int MAJOR = 0;
  static final int MINOR = 2;

  static {
    try {
      DriverManager.registerDriver(new FlanstreamDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    GatewayUrl parsed = GatewayUrl.parse(url);
    Properties options = new Properties();
    if (info != null) {
      // Others, such as the user and the password, are not the session's.
      info.stringPropertyNames().stream()
          .filter(key -> key.contains("."))
          .forEach(key -> options.setProperty(key, info.getProperty(key)));
    }
    options.putAll(parsed.options());
    return GatewayConnection.open(url, parsed, options, Login.of(info, parsed.address()));
  }

  @Override
  public boolean acceptsURL(String url) {
    return GatewayUrl.isOne(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return MAJOR;
  }

  @Override
  public int getMinorVersion() {
    return MINOR;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("Cannot call Driver.getParentLogger: no logger");
  }
}
