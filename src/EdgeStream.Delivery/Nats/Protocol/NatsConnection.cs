using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>A connection to one NATS server, over its text protocol.</summary>
/// <remarks>NATS documentation, "Client Protocol". Not thread-safe. What goes wrong on the way is an
/// <see cref="IOException"/> or a <see cref="SocketException"/>; after it the connection is of no use any
/// more.</remarks>
internal sealed class NatsConnection : IDisposable
{
    private const int LineBytesMax = 64 << 10;
    private const int MessageBytesMax = 1 << 20;
    private const string Subscription = "1";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Stream _stream = Stream.Null;
    private byte[] _input = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The largest message with its headers that the server takes, in bytes.</summary>
    public long PayloadBytesMax { get; private set; } = 1 << 20;

    /// <summary>What subjects of replies begin with, before a number.</summary>
    public string Inbox { get; } = $"_INBOX.{Guid.NewGuid():N}.";

    /// <summary>Connects, and listens for replies.</summary>
    /// <exception cref="NatsRefusedException">The server does not let the gateway in.</exception>
    public static async Task<NatsConnection> OpenAsync(
        NatsDestinationOptions options, string delivery, (string Host, int Port, bool IsSecure) server,
        WireMeter wire, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection();
        try
        {
            await connection.GreetAsync(options, delivery, server, wire, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes what was prepared.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Waits for the next message or error; pings are answered on the way.</summary>
    public async ValueTask<NatsMessage> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken);
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (parts.Length == 0 ? "" : parts[0])
            {
                case "MSG" when parts.Length >= 4:
                    return new NatsMessage(
                        parts[1], null, await ReadBytesAsync(SizeOf(parts[^1]), cancellationToken), null);
                case "HMSG" when parts.Length >= 5:
                    var (headerSize, size) = (SizeOf(parts[^2]), SizeOf(parts[^1]));
                    var bytes = await ReadBytesAsync(size, cancellationToken);
                    return headerSize <= size
                        ? new NatsMessage(
                            parts[1], Encoding.UTF8.GetString(bytes, 0, headerSize), bytes[headerSize..], null)
                        : throw new IOException($"The NATS server sent '{line}'.");
                case "PING":
                    await WriteAsync("PONG\r\n"u8.ToArray(), cancellationToken);
                    break;
                case "-ERR":
                    return new NatsMessage(null, null, [], line[4..].Trim().Trim('\''));
                case "INFO" or "PONG" or "+OK":
                    break;
                default:
                    throw new IOException($"The NATS server sent '{line}'.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task GreetAsync(
        NatsDestinationOptions options, string delivery, (string Host, int Port, bool IsSecure) server,
        WireMeter wire, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        _stream = wire.Over(_socket);
        var isTlsRequired = ReadInfo(await ReadLineAsync(cancellationToken));
        if (server.IsSecure || options.Tls is not null || isTlsRequired)
        {
            if (_start != _end)
            {
                throw new IOException("The NATS server spoke before TLS began.");
            }

            var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
            _stream = secure;
            await secure.AuthenticateAsClientAsync(
                (options.Tls ?? new ServerTls()).Read(server.Host), cancellationToken);
        }

        await WriteAsync(Greeting(options, delivery), cancellationToken);
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.StartsWith("-ERR", StringComparison.Ordinal))
            {
                throw new NatsRefusedException(line[4..].Trim().Trim('\''));
            }

            if (line == "PONG")
            {
                return;
            }
        }
    }

    private byte[] Greeting(NatsDestinationOptions options, string delivery)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("CONNECT "u8);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("verbose"u8, false);
            writer.WriteBoolean("pedantic"u8, false);
            writer.WriteBoolean("headers"u8, true);
            writer.WriteBoolean("no_responders"u8, true);
            writer.WriteNumber("protocol"u8, 1);
            writer.WriteString("lang"u8, "edgestream");
            writer.WriteString("version"u8, "1");
            writer.WriteString("name"u8, $"edgestream {delivery}");
            if (options.UserName is not null)
            {
                writer.WriteString("user"u8, options.UserName);
                writer.WriteString("pass"u8, options.Password ?? "");
            }

            if (options.Token is not null)
            {
                writer.WriteString("auth_token"u8, options.Token);
            }

            writer.WriteEndObject();
        }

        buffer.Write(Encoding.ASCII.GetBytes($"\r\nSUB {Inbox}* {Subscription}\r\nPING\r\n"));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what the server says of itself; whether it wants TLS.</summary>
    private bool ReadInfo(string line)
    {
        if (!line.StartsWith("INFO ", StringComparison.Ordinal))
        {
            throw new IOException($"What listens there is no NATS server: it said '{line}'.");
        }

        try
        {
            using var info = JsonDocument.Parse(line[5..]);
            var root = info.RootElement;
            if (!root.TryGetProperty("headers", out var headers) || headers.ValueKind != JsonValueKind.True)
            {
                throw new NatsRefusedException(
                    "The server has no headers, which message ids need: it is older than 2.2.");
            }

            if (root.TryGetProperty("max_payload", out var payload) && payload.TryGetInt64(out var bytes))
            {
                PayloadBytesMax = bytes;
            }

            return root.TryGetProperty("tls_required", out var tls) && tls.ValueKind == JsonValueKind.True;
        }
        catch (JsonException error)
        {
            throw new IOException($"The NATS server said '{line}': {error.Message}");
        }
    }

    private static int SizeOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= MessageBytesMax
            ? size : throw new IOException($"The NATS server sent a message of '{text}' bytes.");

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var at = _input.AsSpan(_start + searched, _end - _start - searched).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = Encoding.UTF8.GetString(_input, _start, searched + at);
                _start += searched + at + 2;
                return line;
            }

            searched = Math.Max(0, _end - _start - 1);
            if (_end - _start > LineBytesMax)
            {
                throw new IOException("The NATS server sent a line that does not end.");
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <summary>A payload and the line break behind it.</summary>
    private async ValueTask<byte[]> ReadBytesAsync(int size, CancellationToken cancellationToken)
    {
        while (_end - _start < size + 2)
        {
            await FillAsync(cancellationToken);
        }

        var bytes = _input.AsSpan(_start, size).ToArray();
        _start += size + 2;
        return bytes;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _input.Length)
        {
            Array.Resize(ref _input, _input.Length * 2);
        }

        var count = await _stream.ReadAsync(_input.AsMemory(_end), cancellationToken);
        _end += count > 0 ? count : throw new IOException("The NATS server has closed the connection.");
    }
}
