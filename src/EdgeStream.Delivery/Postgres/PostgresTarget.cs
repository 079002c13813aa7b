using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Copies records into a table as rows, each once.</summary>
/// <remarks>
/// <para>A request is one transaction, which also notes in the ledger table how far the shard's records are there.
/// Whether the answer to its <c>COMMIT</c> was lost or the gateway has crashed: the next transaction reads that first,
/// and leaves out what is there. The row stays locked until the transaction's end, so that one that a lost connection
/// has left behind is over by then.</para>
/// <para>One transaction at a time, whatever the shards, over one connection. One that nothing was sent over for half a
/// minute is replaced.</para>
/// </remarks>
internal sealed class PostgresTarget : IRequestTarget
{
    /// <summary>What a row adds to the data.</summary>
    private const int RowOverheadBytes = 64;

    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);

    private readonly PostgresDestinationOptions _options;
    private readonly string _delivery;
    private readonly WireMeter _wire;
    private readonly TimeProvider _time;
    private readonly ColumnLayout _layout;
    private readonly PostgresStatements _statements;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Records that were refused and that no ledger row has by name yet, by the series of their shards.
    /// </summary>
    private readonly Dictionary<string, List<string>> _refused = new(StringComparer.Ordinal);

    /// <summary>The series whose data folder was found to be set back.</summary>
    private readonly HashSet<string> _setBack = new(StringComparer.Ordinal);
    private readonly ILogger _logger;
    private PostgresConnection? _connection;
    private long _usedAt;

    public PostgresTarget(
        PostgresDestinationOptions options, string delivery, WireMeter wire, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _options = options;
        _delivery = delivery;
        _wire = wire;
        _time = time;
        _layout = ColumnLayout.Of(options.Columns);
        _statements = new PostgresStatements(options);
        Limits = new RequestLimits(options.RequestRecords, options.RequestBytes, IsOnePerKey: false);
    }

    /// <inheritdoc/>
    public RequestLimits Limits { get; }

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) => record.Data.Length + RowOverheadBytes;

    /// <inheritdoc/>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        await TimeLimit.EnterAsync(_turn, cancellationToken);
        var isUsable = false;
        try
        {
            using var timeout = _wire.Limit(_options.TimeoutSeconds, cancellationToken);
            var connection = await ConnectionAsync(timeout.Token);
            var result = await TransactAsync(connection, request, timeout.Token);
            isUsable = true;
            _usedAt = _time.GetTimestamp();
            return result;
        }
        catch (PostgresRefusedException error)
        {
            return RequestResult.Failed(SendResult.Rejected($"{_options.Target}: {error.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return RequestResult.Failed(SendResult.Retryable(
                $"{_options.Target} has not answered within {_options.TimeoutSeconds} s."));
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException
            or CryptographicException or UnauthorizedAccessException)
        {
            return RequestResult.Failed(SendResult.Retryable(
                $"{_options.Target} cannot be reached: {error.Message}"));
        }
        finally
        {
            if (!isUsable)
            {
                _connection?.Dispose();
                _connection = null;
            }

            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();

    private async ValueTask<PostgresConnection> ConnectionAsync(CancellationToken timeout)
    {
        if (_connection is not null && _time.GetElapsedTime(_usedAt) > IdleMax)
        {
            _connection.Dispose();
            _connection = null;
        }

        return _connection ??= await PostgresConnection.OpenAsync(_options, _delivery, _wire, timeout);
    }

    private async ValueTask<RequestResult> TransactAsync(
        PostgresConnection connection, DeliveryRequest request, CancellationToken timeout)
    {
        var begun = await BeginAsync(connection, request.Series, timeout);
        if (begun.Error is { } problem)
        {
            return await FailAsync(connection, problem, timeout);
        }

        var through = DeliveredThrough.Read(begun.Row)
            ?? throw new IOException($"The ledger table '{_options.LedgerTable}' has no such row as it should.");
        foreach (var name in _refused.GetValueOrDefault(request.Series) ?? [])
        {
            through.Refuse(name);
        }

        using var rows = new PooledBytes();
        Encode(request, through, rows);
        if (rows.Length == 0)
        {
            await connection.AskAsync(PostgresStatements.Rollback, timeout);
            return RequestResult.Answered;
        }

        var done = await connection.CopyAsync(
            _statements.Copy, rows.WrittenMemory, _statements.End(request.Series, through), timeout);
        if (done.Error is { IsOfRow: true } error)
        {
            await connection.AskAsync(PostgresStatements.Rollback, timeout);
            if (request.Records.Count == 1)
            {
                NoteRefused(request.Series, request.Records[0]);
            }

            return RequestResult.Refused(
                RejectionReason.Refused, error.Code, $"{_options.Target} answered {error}");
        }

        if (done.Error is not null || done.Tag != PostgresStatements.Committed)
        {
            return await FailAsync(
                connection, done.Error ?? new PostgresError("", "it was rolled back", false), timeout);
        }

        _refused.Remove(request.Series);
        if (through.SetBack is { } setBack && _setBack.Add(request.Series))
        {
            Log.TableAhead(
                _logger, _delivery, _options.LedgerTable, request.Series, setBack.Row, setBack.Record);
        }

        return RequestResult.Answered;
    }

    /// <summary>Begins a transaction; makes the ledger table where it is not there.</summary>
    private async ValueTask<PostgresAnswer> BeginAsync(
        PostgresConnection connection, string series, CancellationToken timeout)
    {
        var begun = await connection.AskAsync(_statements.Begin(series), timeout);
        if (begun.Error?.Code != PostgresError.UndefinedTable)
        {
            return begun;
        }

        await connection.AskAsync(PostgresStatements.Rollback, timeout);
        var made = await connection.AskAsync(_statements.MakeLedger, timeout);
        return made.Error is { IsPassing: false } error
            ? throw new PostgresRefusedException(
                $"the ledger table '{_options.LedgerTable}' cannot be made: {error}. Have someone who may do this: "
                + _statements.MakeLedger)
            : await connection.AskAsync(_statements.Begin(series), timeout);
    }

    /// <summary>Adds the rows of what is not there yet, and answers for the other records.</summary>
    private void Encode(DeliveryRequest request, DeliveredThrough through, PooledBytes rows)
    {
        var first = request.Records[0];
        using var encoder = new CopyEncoder(_layout, first.Stream, first.Shard);
        for (var i = 0; i < request.Records.Count; i++)
        {
            var record = request.Records[i];
            request.Verdicts[i] = RecordVerdict.Accepted;
            if (through.Has(record))
            {
                continue;
            }

            if (encoder.Append(rows, record) is { } problem)
            {
                request.Verdicts[i] = RecordVerdict.RefusedAs(RejectionReason.InvalidData, "no-row", problem);
                NoteRefused(request.Series, record);
                through.Refuse(DeliveredThrough.NameOf(record));
            }
            else
            {
                through.Take(record);
            }
        }
    }

    /// <summary>What is behind a refused record will be there: the record itself must not count as there then.
    /// </summary>
    private void NoteRefused(string series, DeliveredRecord record)
    {
        if (!_refused.TryGetValue(series, out var names))
        {
            _refused.Add(series, names = []);
        }

        var name = DeliveredThrough.NameOf(record);
        if (!names.Contains(name))
        {
            names.Add(name);
        }

        if (names.Count > DeliveredThrough.RefusedMax)
        {
            names.RemoveAt(0);
        }
    }

    private async ValueTask<RequestResult> FailAsync(
        PostgresConnection connection, PostgresError error, CancellationToken timeout)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"{_options.Target} answered {error}");
        if (error.IsFatal)
        {
            throw error.IsPassing ? new IOException($"{error}") : new PostgresRefusedException($"{error}");
        }

        await connection.AskAsync(PostgresStatements.Rollback, timeout);
        return RequestResult.Failed(error.IsPassing || error.Code.Length == 0
            ? SendResult.Retryable(reason) : SendResult.Rejected($"{reason}. Mend the delivery or the database."));
    }
}
