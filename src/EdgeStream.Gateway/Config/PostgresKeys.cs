using EdgeStream.Delivery;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of PostgreSQL as a destination; part of <see cref="DeliverySchema"/>.</summary>
internal static class PostgresKeys
{
    public static readonly SchemaScalar Url = RequiredText("url",
        "The database: postgresql://host:5432/database, without user and password.");
    public static readonly SchemaScalar UserName = RequiredText("username", "The user of the database.");
    public static readonly SchemaScalar Encrypted = SchemaScalar.Boolean("encrypted", true,
        "Whether the connection has TLS and the server's certificate is verified.");
    public static readonly SchemaScalar Table = RequiredText("table",
        "The table, as name or schema.name, spelled as the catalog has it; it must exist.");
    public static readonly SchemaScalar LedgerTable = Text("ledgerTable", PostgresDestinationOptions.LedgerTableDefault,
        "The table that notes, in the same transaction, how far records are there; it is made where it is missing.");
    public static readonly SchemaList Columns = new("columns",
        "The columns that are filled. Without a type the server reads a value's text as what the column is.",
        256, DeliveryKeys.ColumnName, DeliveryKeys.ColumnPath, DeliveryKeys.ColumnField, DeliveryKeys.ColumnTypeKey,
        DeliveryKeys.ColumnRequired);
    public static readonly SchemaScalar Rows = Integer("requestRecords", 1000, 1,
        HttpDestinationOptions.RequestRecordsMax, "How many rows one transaction has at most.");
    public static readonly SchemaScalar Timeout = Duration("timeout", "60s", "1s", "1h",
        "One transaction ends within this, connecting included.");
    public static readonly SchemaSection Section = new("postgresql",
        "Deliver to PostgreSQL as rows, by COPY, each once.",
        Url, UserName, ServerKeys.Password, ServerKeys.PasswordFile, Encrypted, LinkKeys.Tls, Table, LedgerTable,
        Columns, Rows, ServerKeys.RequestSize, Timeout);
}
