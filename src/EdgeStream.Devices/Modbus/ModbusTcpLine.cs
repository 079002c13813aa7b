using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeStream.Devices;

/// <summary>Modbus over TCP, kept open between exchanges and opened anew after a fault.</summary>
/// <remarks>Source: Modbus messaging on TCP/IP implementation guide 1.0b. An answer that comes after its time is known
/// by its transaction and passed over.</remarks>
internal sealed class ModbusTcpLine(string host, int port, TimeSpan timeout, TimeProvider time) : IModbusLine
{
    private const int HeaderSizeBytes = 7;
    private const int AnswerSizeBytesMax = 260;

    private readonly byte[] _buffer = new byte[AnswerSizeBytesMax];
    private Socket? _socket;
    private ushort _transaction;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(
        byte unit, ReadOnlyMemory<byte> request, int answerSizeBytes, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            _socket ??= await ConnectAsync(either.Token).ConfigureAwait(false);
            var frame = Frame(unit, request.Span);
            for (var sent = 0; sent < frame.Length;)
            {
                sent += await _socket.SendAsync(frame.AsMemory(sent), either.Token).ConfigureAwait(false);
            }

            while (true)
            {
                await ReadAsync(_socket, 0, HeaderSizeBytes, either.Token).ConfigureAwait(false);
                var length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(4)) - 1;
                if (BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(2)) != 0 || length is < 2 or > 253)
                {
                    throw new ModbusException($"What answers at {host}:{port} does not speak Modbus.", false);
                }

                var transaction = BinaryPrimitives.ReadUInt16BigEndian(_buffer);
                var from = _buffer[6];
                await ReadAsync(_socket, HeaderSizeBytes, length, either.Token).ConfigureAwait(false);
                if (transaction == _transaction && from == unit)
                {
                    return _buffer.AsMemory(HeaderSizeBytes, length);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Close();
            throw new ModbusException(
                $"The device {unit} at {host}:{port} did not answer within {timeout.TotalSeconds} s.", false);
        }
        catch (SocketException error)
        {
            Close();
            throw new ModbusException($"{host}:{port} cannot be reached: {error.Message}.", false, error);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private byte[] Frame(byte unit, ReadOnlySpan<byte> request)
    {
        var frame = new byte[HeaderSizeBytes + request.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, ++_transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(request.Length + 1));
        frame[6] = unit;
        request.CopyTo(frame.AsSpan(HeaderSizeBytes));
        return frame;
    }

    private async Task ReadAsync(Socket socket, int start, int length, CancellationToken cancellationToken)
    {
        for (var read = 0; read < length;)
        {
            var count = await socket.ReceiveAsync(_buffer.AsMemory(start + read, length - read), cancellationToken)
                .ConfigureAwait(false);
            read += count > 0 ? count : throw new ModbusException($"{host}:{port} has hung up.", false);
        }
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
