using System.Buffers.Binary;

namespace EdgeStream.Devices;

/// <summary>Modbus RTU on a serial line, opened anew after a fault.</summary>
/// <remarks>Source: Modbus over serial line 1.02. Between two frames the line is silent for 3.5 characters, at least
/// 1.75 ms. A frame of another device, or with a wrong checksum, is no answer.</remarks>
internal sealed class ModbusRtuLine(SerialSettings settings, TimeSpan timeout, TimeProvider time) : IModbusLine
{
    private const int FrameSizeBytesMax = 256;
    private const int CrcSizeBytes = 2;
    private const int ExceptionFrameSizeBytes = 5;
    private const byte ExceptionFlag = 0x80;

    private readonly byte[] _buffer = new byte[FrameSizeBytesMax];
    private SerialPort? _port;

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ExchangeAsync(
        byte unit, ReadOnlyMemory<byte> request, int answerSizeBytes, CancellationToken cancellationToken) =>
        Task.Run(() => Exchange(unit, request.Span, answerSizeBytes, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private ReadOnlyMemory<byte> Exchange(
        byte unit, ReadOnlySpan<byte> request, int answerSizeBytes, CancellationToken cancellationToken)
    {
        try
        {
            _port ??= new SerialPort(settings);
            Span<byte> frame = stackalloc byte[1 + request.Length + CrcSizeBytes];
            frame[0] = unit;
            request.CopyTo(frame[1..]);
            BinaryPrimitives.WriteUInt16LittleEndian(frame[^CrcSizeBytes..], ModbusCrc.Of(frame[..^CrcSizeBytes]));
            BeSilent();
            _port.Flush();
            _port.Write(frame);
            return Receive(unit, request[0], 1 + answerSizeBytes + CrcSizeBytes, cancellationToken);
        }
        catch (IOException error)
        {
            Close();
            throw new ModbusException(error.Message, false, error);
        }
    }

    private ReadOnlyMemory<byte> Receive(byte unit, byte function, int frameSizeBytes, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var length = 0; time.GetElapsedTime(started) < timeout;)
        {
            cancellation.ThrowIfCancellationRequested();
            length += _port!.Read(_buffer.AsSpan(length));
            var isException = length > 1 && _buffer[1] == (function | ExceptionFlag);
            var size = isException ? ExceptionFrameSizeBytes : frameSizeBytes;
            if (length < size)
            {
                continue;
            }

            var crc = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(size - CrcSizeBytes));
            if (length > size || _buffer[0] != unit || crc != ModbusCrc.Of(_buffer.AsSpan(0, size - CrcSizeBytes)))
            {
                throw new ModbusException(
                    $"The answer on {settings.Path} is damaged or of another device than {unit}. Check wiring, baud "
                        + "rate, parity and the addresses on the line.",
                    false);
            }

            return _buffer.AsMemory(1, size - 1 - CrcSizeBytes);
        }

        throw new ModbusException(
            $"The device {unit} on {settings.Path} did not answer within {timeout.TotalSeconds} s.", false);
    }

    /// <summary>Keeps the line silent for 3.5 characters, which is how the protocol marks that a frame begins; shorter
    /// than a timer is exact to.</summary>
    private void BeSilent()
    {
        const double CharacterBits = 11;
        const double Characters = 3.5;
        var silence = Math.Max(1.75, 1000 * Characters * CharacterBits / settings.BaudRate);
        Thread.Sleep(TimeSpan.FromMilliseconds(silence));
    }

    private void Close()
    {
        _port?.Dispose();
        _port = null;
    }
}
