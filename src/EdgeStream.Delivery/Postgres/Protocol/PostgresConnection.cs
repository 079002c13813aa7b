using System.Buffers.Binary;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>A connection to one PostgreSQL server, over version 3.0 of its protocol.</summary>
/// <remarks>PostgreSQL documentation, "Frontend/Backend Protocol". Not thread-safe. What goes wrong on the way is an
/// <see cref="IOException"/> or a <see cref="SocketException"/>; after it the connection is of no use any
/// more.</remarks>
internal sealed class PostgresConnection : IDisposable
{
    private const int ProtocolVersion = 3 << 16;
    private const int EncryptionRequest = (1234 << 16) | 5679;
    private const int CopyPieceBytes = 64 << 10;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly PooledBytes _output = new();
    private Stream _stream = Stream.Null;
    private bool _isLetIn;
    private PostgresReader _reader = new(Stream.Null);

    /// <summary>Connects, and logs in.</summary>
    /// <exception cref="PostgresRefusedException">The server does not let the gateway in.</exception>
    public static async Task<PostgresConnection> OpenAsync(
        PostgresDestinationOptions options, string delivery, WireMeter wire, CancellationToken cancellationToken)
    {
        var connection = new PostgresConnection();
        try
        {
            _ = PostgresServer.TryParse(options.Url, out var server);
            await connection._socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            connection._stream = wire.Over(connection._socket);
            if (options.IsEncrypted)
            {
                await connection.EncryptAsync(options, server, cancellationToken);
            }

            connection._reader = new PostgresReader(connection._stream);
            await connection.LogInAsync(options, server, delivery, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Has the server do statements, which end with the first error.</summary>
    public async Task<PostgresAnswer> AskAsync(string statements, CancellationToken cancellationToken)
    {
        WriteText('Q', statements);
        await SendAsync(cancellationToken);
        return await ReadAnswerAsync(cancellationToken);
    }

    /// <summary>Copies rows in, and then has the server do statements, which it refuses where it refused a row; the
    /// first answer that is an error, or the last.</summary>
    /// <remarks>All of it is on its way before the first answer is read: what the server does not want it ignores.
    /// </remarks>
    /// <param name="copy">The <c>COPY … FROM STDIN</c>.</param>
    /// <param name="rows">The rows, in the format that it names.</param>
    /// <param name="statements">What follows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<PostgresAnswer> CopyAsync(
        string copy, ReadOnlyMemory<byte> rows, string statements, CancellationToken cancellationToken)
    {
        WriteText('Q', copy);
        while (!rows.IsEmpty)
        {
            var piece = rows[..Math.Min(rows.Length, CopyPieceBytes)];
            Write('d', piece.Span);
            await SendAsync(cancellationToken);
            rows = rows[piece.Length..];
        }

        Write('c', []);
        WriteText('Q', statements);
        await SendAsync(cancellationToken);
        var copied = await ReadAnswerAsync(cancellationToken);
        if (copied.Error is { IsFatal: true })
        {
            return copied;
        }

        var done = await ReadAnswerAsync(cancellationToken);
        return copied.Error is null ? done : copied;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
        _output.Dispose();
    }

    private async Task EncryptAsync(
        PostgresDestinationOptions options, PostgresServer server, CancellationToken cancellationToken)
    {
        var request = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(request, request.Length);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), EncryptionRequest);
        await _stream.WriteAsync(request, cancellationToken);

        // No more than the one byte is read in the clear: what follows it must come encrypted.
        var answer = new byte[1];
        await _stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[0] != (byte)'S')
        {
            throw answer[0] == (byte)'N'
                ? new PostgresRefusedException(
                    "the server has no TLS. Set it up there; or, in a network of its own only, let the delivery "
                    + "connect without encryption.")
                : new IOException("What listens there is no PostgreSQL server.");
        }

        var secure = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = secure;
        await secure.AuthenticateAsClientAsync((options.Tls ?? new ServerTls()).Read(server.Host), cancellationToken);
    }

    private async Task LogInAsync(
        PostgresDestinationOptions options, PostgresServer server, string delivery,
        CancellationToken cancellationToken)
    {
        WriteStartup(
            "user", options.UserName, "database", server.Database, "client_encoding", "UTF8", "application_name",
            $"edgestream {delivery}");
        await SendAsync(cancellationToken);
        ScramExchange? scram = null;
        while (true)
        {
            var type = await _reader.ReadAsync(cancellationToken);
            switch (type)
            {
                case 'R':
                    scram = Authenticate(_reader.Body, options, scram);
                    await SendAsync(cancellationToken);
                    break;
                case 'E':
                    var error = PostgresReader.ErrorOf(_reader.Body.Span);
                    throw error.IsPassing
                        ? new IOException($"{error}") : new PostgresRefusedException($"{error}");
                case 'Z' when _isLetIn:
                    return;
                case 'S' or 'K' or 'N' or 'v':
                    break;
                default:
                    throw PostgresReader.Unexpected(type);
            }
        }
    }

    /// <summary>Prepares what the server asks for; nothing where it asks for no more.</summary>
    private ScramExchange? Authenticate(
        ReadOnlyMemory<byte> body, PostgresDestinationOptions options, ScramExchange? scram)
    {
        const int Ok = 0, PlainPassword = 3, SaslBegin = 10, SaslContinue = 11, SaslEnd = 12;
        var kind = body.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(_reader.Body.Span) : -1;
        var rest = Encoding.UTF8.GetString(body.Span[Math.Min(4, body.Length)..]);
        if (kind != Ok && options.Password is null)
        {
            throw new PostgresRefusedException("the server asks for a password: give the delivery one.");
        }

        switch (kind)
        {
            case Ok when scram is null or { IsVerified: true }:
                _isLetIn = true;
                break;
            case PlainPassword when options.IsEncrypted && scram is null:
                WriteText('p', options.Password!);
                break;
            case SaslBegin when scram is null
                && Array.IndexOf(rest.Split('\0'), ScramExchange.Mechanism) >= 0:
                scram = new ScramExchange(options.Password!, options.IsEncrypted);
                WriteScram(scram.Begin());
                break;
            case SaslContinue when scram is not null:
                Write('p', Encoding.UTF8.GetBytes(scram.Continue(rest)));
                break;
            case SaslEnd when scram is not null:
                scram.End(rest);
                break;
            default:
                throw new PostgresRefusedException(string.Create(CultureInfo.InvariantCulture,
                    $"the server asks for the password in a way ({kind}) that is not safe or not known: "
                    + $"{ScramExchange.Mechanism} is, and over TLS the plain password."));
        }

        return scram;
    }

    private async ValueTask<PostgresAnswer> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        var answer = new PostgresAnswer();
        while (true)
        {
            var type = await _reader.ReadAsync(cancellationToken);
            switch (type)
            {
                case 'C':
                    answer.Tag = PostgresReader.TextOf(_reader.Body.Span);
                    break;
                case 'D':
                    answer.Row = PostgresReader.RowOf(_reader.Body.Span);
                    break;
                case 'E':
                    answer.Error ??= PostgresReader.ErrorOf(_reader.Body.Span);
                    if (answer.Error.IsFatal)
                    {
                        return answer;
                    }

                    break;
                case 'Z':
                    return answer;
                case 'T' or 'G' or 'I' or 'S' or 'N' or 'A':
                    break;
                default:
                    throw PostgresReader.Unexpected(type);
            }
        }
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_output.Length > 0)
        {
            await _stream.WriteAsync(_output.WrittenMemory, cancellationToken);
            _output.Cut(0);
        }
    }

    private void WriteStartup(params ReadOnlySpan<string> parameters)
    {
        BinaryPrimitives.WriteInt32BigEndian(_output.Take(4), 0);
        BinaryPrimitives.WriteInt32BigEndian(_output.Take(4), ProtocolVersion);
        foreach (var text in parameters)
        {
            _output.Add(Encoding.UTF8.GetBytes(text));
            _output.Add(0);
        }

        _output.Add(0);
        BinaryPrimitives.WriteInt32BigEndian(_output.At(0, 4), _output.Length);
    }

    private void WriteText(char type, string text) => Write(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    private void WriteScram(string first)
    {
        var text = Encoding.UTF8.GetBytes(first);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        Write('p', [.. Encoding.UTF8.GetBytes(ScramExchange.Mechanism), 0, .. length, .. text]);
    }

    private void Write(char type, ReadOnlySpan<byte> body)
    {
        _output.Add((byte)type);
        BinaryPrimitives.WriteInt32BigEndian(_output.Take(4), body.Length + 4);
        _output.Add(body);
    }
}
