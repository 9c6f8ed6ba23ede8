package io.flanstream.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Wrapper;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An interface of JDBC by an object that has some of its methods. The others say that they are not
 * supported: JDBC's interfaces have hundreds, most of them for what a stream of results has not.
 */
final class Delegate implements InvocationHandler {
  private static final Map<Class<?>, Map<Method, Optional<Method>>> METHODS =
      new ConcurrentHashMap<>();

  private final Class<?> type;
  private final Object target;

  private Delegate(Class<?> type, Object target) {
    this.type = type;
    this.target = target;
  }

  static <T> T of(Class<T> type, Object target) {
    return type.cast(
        Proxy.newProxyInstance(
            Delegate.class.getClassLoader(), new Class<?>[] {type}, new Delegate(type, target)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, arguments);
    }
    if (method.getDeclaringClass() == Wrapper.class) {
      return unwrap(proxy, method, (Class<?>) arguments[0]);
    }
    Optional<Method> own = find(method);
    if (own.isPresent()) {
      return call(own.get(), arguments);
    }
    if (arguments != null
        && arguments[0] instanceof String label
        && target instanceof ResultRows rows) {
      Optional<Method> byIndex = byIndex(method).flatMap(this::find);
      if (byIndex.isPresent()) {
        Object[] indexed = arguments.clone();
        indexed[0] = rows.findColumn(label);
        return call(byIndex.get(), indexed);
      }
    }
    if (target instanceof GatewayMetaData) {
      Object none = GatewayMetaData.unanswered(method);
      if (none != null) {
        return none;
      }
    }
    throw new SQLFeatureNotSupportedException(
        "Cannot call %s.%s: the driver must support it, and does not"
            .formatted(type.getSimpleName(), method.getName()));
  }

  private Object ofObject(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> target.toString();
    };
  }

  private static Object unwrap(Object proxy, Method method, Class<?> wanted) throws SQLException {
    if (method.getName().equals("isWrapperFor")) {
      return wanted.isInstance(proxy);
    }
    if (!wanted.isInstance(proxy)) {
      throw new SQLException(
          "Cannot unwrap: the type must be %s, got %s"
              .formatted(proxy.getClass().getInterfaces()[0].getName(), wanted.getName()));
    }
    return proxy;
  }

  private Optional<Method> find(Method method) {
    return METHODS
        .computeIfAbsent(target.getClass(), unused -> new ConcurrentHashMap<>())
        .computeIfAbsent(method, wanted -> lookUp(target.getClass(), wanted));
  }

  private static Optional<Method> lookUp(Class<?> type, Method wanted) {
    try {
      return Optional.of(type.getMethod(wanted.getName(), wanted.getParameterTypes()));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /** The method that takes a column's number where this one takes its label. */
  private Optional<Method> byIndex(Method method) {
    Class<?>[] parameters = method.getParameterTypes().clone();
    parameters[0] = int.class;
    try {
      return Optional.of(type.getMethod(method.getName(), parameters));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
