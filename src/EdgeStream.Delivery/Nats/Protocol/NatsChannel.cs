using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Sends requests over one connection, one after another.</summary>
/// <remarks>Thread-safe. A connection that nothing was sent over for half a minute is replaced; the next of the servers
/// is tried after each failure.</remarks>
internal sealed class NatsChannel(
    NatsDestinationOptions options, string delivery, WireMeter wire, TimeProvider time) : IDisposable
{
    private const string PermissionsViolation = "Permissions Violation for Publish to \"";
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly IReadOnlyList<(string Host, int Port, bool IsSecure)> _servers = ServersOf(options);
    private NatsConnection? _connection;
    private long _usedAt;
    private int _server;
    private long _sent;

    /// <summary>Sends the records, and sets the verdicts where the result is answered.</summary>
    public async ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        await TimeLimit.EnterAsync(_turn, cancellationToken);
        try
        {
            using var limit = wire.Limit(options.TimeoutSeconds, cancellationToken);
            return await ExchangeAsync(request, cancellationToken, limit.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();

    private async ValueTask<RequestResult> ExchangeAsync(
        DeliveryRequest request, CancellationToken cancellationToken, CancellationToken timeout)
    {
        var isUsable = false;
        var isSent = false;
        try
        {
            var connection = await ConnectionAsync(timeout);
            var first = _sent;
            var wait = Prepare(connection, request, out var messages);
            isSent = true;
            await connection.WriteAsync(messages, timeout);
            while (wait > 0)
            {
                wait -= Take(await connection.ReadAsync(timeout), connection, request, first);
            }

            isUsable = true;
            _usedAt = time.GetTimestamp();
            return RequestResult.Answered;
        }
        catch (NatsRefusedException error)
        {
            return RequestResult.Failed(SendResult.Rejected($"{options.Target} refuses: {error.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Lost(request, $"{options.Target} has not acknowledged within {options.TimeoutSeconds} s.", isSent);
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException
            or CryptographicException)
        {
            return Lost(request, $"{options.Target} cannot be reached: {error.Message}", isSent);
        }
        finally
        {
            if (!isUsable)
            {
                Drop();
            }
        }
    }

    /// <summary>What was acknowledged before the connection was lost counts.</summary>
    private static RequestResult Lost(DeliveryRequest request, string reason, bool isSent)
    {
        var isAny = false;
        for (var i = 0; i < request.Verdicts.Length; i++)
        {
            isAny |= request.Verdicts[i].IsAccepted;
            if (request.Verdicts[i].Code is null)
            {
                request.Verdicts[i] = RecordVerdict.Again("", reason);
            }
        }

        return isAny ? RequestResult.Answered
            : RequestResult.Failed(SendResult.Retryable(reason) with { IsUnsent = !isSent });
    }

    private async ValueTask<NatsConnection> ConnectionAsync(CancellationToken timeout)
    {
        if (_connection is not null && time.GetElapsedTime(_usedAt) > IdleMax)
        {
            _connection.Dispose();
            _connection = null;
        }

        return _connection ??= await NatsConnection.OpenAsync(
            options, delivery, _servers[_server % _servers.Count], wire, timeout);
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
        _server = (_server + 1) % _servers.Count;
    }

    /// <summary>Writes the messages; how many there are.</summary>
    private int Prepare(NatsConnection connection, DeliveryRequest request, out ReadOnlyMemory<byte> messages)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var wait = 0;
        for (var i = 0; i < request.Records.Count; i++, _sent++)
        {
            var record = request.Records[i];
            var payload = NatsTarget.PayloadOf(options, record);
            var header = Encoding.UTF8.GetBytes(
                $"NATS/1.0\r\nNats-Msg-Id: {request.IdOf(record)}\r\n"
                + (options.StreamName is { } stream ? $"Nats-Expected-Stream: {stream}\r\n" : "")
                + $"Edgestream-Key: {NatsSubject.OneLine(record.Key)}\r\nEdgestream-Time: {record.EventTime}\r\n"
                + (record.IsHistorical ? "Edgestream-Historical: true\r\n\r\n" : "\r\n"));
            if (header.Length + payload.Length > connection.PayloadBytesMax)
            {
                request.Verdicts[i] = RecordVerdict.RefusedAs(RejectionReason.TooLarge, "max_payload",
                    $"The server takes {connection.PayloadBytesMax} bytes, with headers it has "
                        + $"{header.Length + payload.Length}.");
                continue;
            }

            var size = header.Length + payload.Length;
            buffer.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"HPUB {SubjectOf(record)} {connection.Inbox}{_sent} {header.Length} {size}\r\n")));
            buffer.Write(header);
            buffer.Write(payload.Span);
            buffer.Write("\r\n"u8);
            wait++;
        }

        messages = buffer.WrittenMemory;
        return wait;
    }

    /// <summary>Notes what came; how many records it settles.</summary>
    private int Take(NatsMessage message, NatsConnection connection, DeliveryRequest request, long first)
    {
        if (message.Error is { } error)
        {
            return TakeError(error, request);
        }

        if (!message.Subject!.StartsWith(connection.Inbox, StringComparison.Ordinal)
            || !long.TryParse(
                message.Subject.AsSpan(connection.Inbox.Length), NumberStyles.None, CultureInfo.InvariantCulture,
                out var number)
            || number < first || number >= first + request.Records.Count
            || request.Verdicts[number - first].Code is not null)
        {
            return 0;
        }

        request.Verdicts[number - first] = NatsAnswer.Of(message);
        return 1;
    }

    /// <summary>An error names the subject that the gateway may not publish to, or ends the connection.</summary>
    private int TakeError(string error, DeliveryRequest request)
    {
        if (!error.StartsWith(PermissionsViolation, StringComparison.OrdinalIgnoreCase)
            || !NatsSubject.IsOfRecord(options.Subject))
        {
            throw error.StartsWith("Stale", StringComparison.OrdinalIgnoreCase)
                || error.StartsWith("Slow", StringComparison.OrdinalIgnoreCase)
                ? new IOException(error) : new NatsRefusedException(error);
        }

        var subject = error[PermissionsViolation.Length..].TrimEnd('"');
        for (var i = 0; i < request.Records.Count; i++)
        {
            if (request.Verdicts[i].Code is null && SubjectOf(request.Records[i]) == subject)
            {
                request.Verdicts[i] = RecordVerdict.RefusedAs(RejectionReason.NotAuthorized, "-ERR", error);
                return 1;
            }
        }

        return 0;
    }

    private string SubjectOf(DeliveredRecord record) => NatsSubject.Fill(options.Subject, delivery, record);

    private static IReadOnlyList<(string Host, int Port, bool IsSecure)> ServersOf(NatsDestinationOptions options) =>
        NatsServers.TryParse(options.Url, out var servers)
            ? servers : throw new ArgumentException("The definition was not checked.");
}
