using System.Globalization;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>The statements of a transaction that copies rows.</summary>
/// <remarks>The ledger table: a row for each shard of a delivery and table, with the sequence number of the last record
/// that is there, its place in an aggregated record (-1 for none), and when the latest of them arrived with the records
/// that are not there as they were refused (<see cref="DeliveredThrough.Refused"/>).</remarks>
internal sealed class PostgresStatements
{
    /// <summary>Ends a transaction without a trace.</summary>
    public const string Rollback = "ROLLBACK";

    /// <summary>What a server says when a transaction is durable.</summary>
    public const string Committed = "COMMIT";

    private readonly string _begin;
    private readonly string _table;
    private readonly string _ledger;

    /// <summary>Prepares those of a destination.</summary>
    public PostgresStatements(PostgresDestinationOptions options)
    {
        _table = options.Table;
        _ = PostgresName.TryQuote(options.Table, out var table);
        _ = PostgresName.TryQuote(options.LedgerTable, out _ledger);
        var columns = new StringBuilder();
        foreach (var column in options.Columns)
        {
            columns.Append(columns.Length == 0 ? "" : ", ").Append(PostgresName.Quote(column.Name));
        }

        Copy = $"COPY {table} ({columns}) FROM STDIN";
        MakeLedger = $"CREATE TABLE IF NOT EXISTS {_ledger} (series text PRIMARY KEY, last_sequence bigint NOT NULL, "
            + "last_place integer NOT NULL, refused text NOT NULL)";

        // The server ends a transaction that the gateway cannot end any more; what it answers for must be on its disk.
        var milliseconds = options.TimeoutSeconds * 1000L;
        _begin = string.Create(CultureInfo.InvariantCulture,
            $"""
            BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
            SET LOCAL statement_timeout = {milliseconds};
            SET LOCAL lock_timeout = {milliseconds};
            SET LOCAL idle_in_transaction_session_timeout = {milliseconds};
            SET LOCAL tcp_keepalives_idle = 30;
            SET LOCAL tcp_keepalives_interval = 10;
            SET LOCAL tcp_keepalives_count = 3;
            SET LOCAL client_min_messages = error;
            SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';

            """);
    }

    /// <summary>Takes rows.</summary>
    public string Copy { get; }

    /// <summary>Makes the ledger table.</summary>
    public string MakeLedger { get; }

    /// <summary>Begins a transaction, and gives the ledger row of a shard, locked.</summary>
    /// <param name="series">What the shard's records are called.</param>
    public string Begin(string series) => _begin
        + $"INSERT INTO {_ledger} (series, last_sequence, last_place, refused) "
        + $"VALUES ({NameOf(series)}, -1, -1, '') ON CONFLICT (series) DO NOTHING;\n"
        + $"SELECT last_sequence, last_place, refused FROM {_ledger} WHERE series = {NameOf(series)} FOR UPDATE";

    /// <summary>Ends it, with what is there now.</summary>
    public string End(string series, DeliveredThrough through) => string.Create(CultureInfo.InvariantCulture,
        $"UPDATE {_ledger} SET last_sequence = {through.Sequence}, last_place = {through.Place}, "
        + $"refused = {PostgresName.Literal(through.Refused)} WHERE series = {NameOf(series)};\nCOMMIT");

    /// <summary>Of another table, other records are there.</summary>
    private string NameOf(string series) => PostgresName.Literal($"{series} {_table}");
}
