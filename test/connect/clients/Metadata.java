import java.math.BigDecimal;
import java.sql.*;
import java.util.*;

/**
 * Asks the JDBC driver what tools on Java ask it, Metabase among them: tables, columns, keys, and rows page by page.
 * Writes a line for each answer, its parts with tabs between.
 */
public class Metadata {
  public static void main(String[] arguments) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", arguments[1]);
    properties.setProperty("password", System.getenv("PGPASSWORD"));
    // As Metabase names itself.
    properties.setProperty("ApplicationName", "Metabase v0.50");
    properties.setProperty("prepareThreshold", "0");
    try (var connection = DriverManager.getConnection(arguments[0], properties)) {
      connection.setReadOnly(true);
      var metadata = connection.getMetaData();
      write("driver", metadata.getDriverName(), metadata.getDriverVersion());
      each(metadata.getSchemas(), rows -> write("schema", rows.getString("TABLE_SCHEM")));
      var kinds = new String[] {"TABLE", "PARTITIONED TABLE", "VIEW", "FOREIGN TABLE", "MATERIALIZED VIEW"};
      each(metadata.getTables(null, "reporting", "%", kinds), rows ->
          write("table", rows.getString("TABLE_NAME"), rows.getString("TABLE_TYPE"), rows.getString("REMARKS")));
      each(metadata.getColumns(null, "reporting", "%", "%"), rows ->
          write("column", rows.getString("TABLE_NAME"), rows.getString("COLUMN_NAME"), rows.getString("TYPE_NAME"),
              JDBCType.valueOf(rows.getInt("DATA_TYPE")).getName(), rows.getString("COLUMN_SIZE"),
              rows.getString("DECIMAL_DIGITS"), rows.getString("REMARKS")));
      each(metadata.getPrimaryKeys(null, "reporting", "sales_dashboard"), rows -> write("key", rows.getString(4)));
      each(metadata.getImportedKeys(null, "reporting", "sales_dashboard"), rows -> write("foreign key", rows.getString(8)));
      each(metadata.getIndexInfo(null, "reporting", "sales_dashboard", false, true), rows -> write("index", rows.getString(6)));
      read(connection, arguments[2]);
    }
  }

  /** Rows as a tool reads them: with a cursor, by the types that it was told. */
  static void read(Connection connection, String query) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.prepareStatement(query)) {
      statement.setFetchSize(2);
      each(statement.executeQuery(), rows -> {
        var about = rows.getMetaData();
        var values = new ArrayList<String>(List.of("row"));
        for (int column = 1; column <= about.getColumnCount(); column++)
          values.add(switch (about.getColumnType(column)) {
            case Types.NUMERIC -> text(rows.getBigDecimal(column), BigDecimal::toPlainString);
            case Types.DATE -> text(rows.getObject(column, java.time.LocalDate.class), Object::toString);
            case Types.TIMESTAMP -> text(rows.getObject(column, java.time.OffsetDateTime.class), at -> at.toInstant().toString());
            default -> text(rows.getObject(column), Object::toString);
          });
        write(values.toArray(String[]::new));
      });
    }
    connection.rollback();
  }

  static <T> String text(T value, java.util.function.Function<T, String> write) {
    return value == null ? "NULL" : write.apply(value);
  }

  interface Reader {
    void read(ResultSet rows) throws SQLException;
  }

  static void each(ResultSet rows, Reader reader) throws SQLException {
    try (rows) {
      while (rows.next()) reader.read(rows);
    }
  }

  static void write(String... parts) {
    System.out.println(String.join("\t", Arrays.stream(parts).map(part -> part == null ? "" : part).toList()));
  }
}
