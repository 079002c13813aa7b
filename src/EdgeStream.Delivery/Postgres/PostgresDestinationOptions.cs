using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>A table of a PostgreSQL database, and how records become rows.</summary>
public sealed record PostgresDestinationOptions : DestinationOptions
{
    /// <summary>What <see cref="LedgerTable"/> is by default.</summary>
    public const string LedgerTableDefault = "edgestream_delivery";

    /// <summary>The database: <c>postgresql://host:5432/database</c>, without user and password.</summary>
    public required string Url { get; init; }

    /// <summary>The user.</summary>
    public required string UserName { get; init; }

    /// <summary>The user's password; null where the server asks for none. Shown nowhere.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the connection is encrypted and the server verified.</summary>
    public bool IsEncrypted { get; init; } = true;

    /// <summary>How the server is verified; null for the machine's authorities.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>The table, as <c>name</c> or <c>schema.name</c>, spelled as the catalog has it; it must exist.
    /// </summary>
    public required string Table { get; init; }

    /// <summary>The table that says how far each shard's records are there, as <see cref="Table"/>; it is made where
    /// it is not there.</summary>
    public string LedgerTable { get; init; } = LedgerTableDefault;

    /// <summary>The columns that are filled. Of a value in the data without a type, its text is what the server gets.
    /// </summary>
    public required ColumnList Columns { get; init; }

    /// <summary>Rows in one transaction at most.</summary>
    public int RequestRecords { get; init; } = 1000;

    /// <summary>Bytes of the data in one transaction at most, but for a record that is larger alone.</summary>
    public long RequestBytes { get; init; } = 4 << 20;

    /// <summary>One transaction, connecting included, ends within this. 1 to 3,600 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <inheritdoc/>
    public override string Kind => "postgresql";

    /// <inheritdoc/>
    public override bool NeedsOrder => true;

    /// <inheritdoc/>
    public override string Server => Url;

    /// <inheritdoc/>
    public override string Target => $"{Table} at {Url}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        if (!PostgresServer.TryParse(Url, out _))
        {
            errors.Add(new(nameof(Url), "is not a database such as postgresql://host:5432/database, without user and "
                + "password."));
        }

        if (UserName.Length == 0 || UserName.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(new(nameof(UserName), "is missing: name the user of the database."));
        }

        if (!IsEncrypted && Tls is not null)
        {
            errors.Add(new(nameof(Tls), "stands beside a connection that is not encrypted: leave out one of them."));
        }

        foreach (var (member, table) in (ReadOnlySpan<(string, string)>)[
            (nameof(Table), Table), (nameof(LedgerTable), LedgerTable)])
        {
            if (!PostgresName.TryQuote(table, out _))
            {
                errors.Add(new(member, $"'{table}' is no table: write name or schema.name, each of 1 to "
                    + $"{PostgresName.LengthBytesMax} bytes without quotes, backslashes and control characters."));
            }
        }

        ColumnRules.AddTableErrors(errors, nameof(Columns), Columns);
        if (TimeoutSeconds is < 1 or > ServerLink.TimeoutSecondsMax)
        {
            errors.Add(new(nameof(TimeoutSeconds),
                $"{TimeoutSeconds} is out of range: 1 to {ServerLink.TimeoutSecondsMax} seconds are allowed."));
        }

        return errors;
    }

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new RequestDestination(new PostgresTarget(this, deliveryName, wire, timeProvider, logger), deliveryName);

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Target} as {UserName}";
}
