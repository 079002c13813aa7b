using System.Buffers.Binary;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One device of a line: its blocks, and when it is due.</summary>
internal sealed class ModbusDevice
{
    private const byte ExceptionFlag = 0x80;

    private static readonly TimeSpan BackoffMax = TimeSpan.FromMinutes(5);

    private readonly ModbusDeviceOptions _options;
    private readonly ModbusBlock[] _blocks;
    private readonly byte[]?[] _answers;
    private readonly byte[] _swap = new byte[256];
    private readonly ReadingSchedule _schedule;
    private volatile ModbusDeviceStatus _status;

    /// <summary>A device that is due at once.</summary>
    /// <exception cref="ArgumentException">A register is none.</exception>
    internal ModbusDevice(ModbusDeviceOptions options, TimeSpan now)
    {
        _options = options;
        Key = Encoding.UTF8.GetBytes(options.Name);
        _blocks =
        [
            .. ModbusBlock.Of(
                options.Registers.Select(text => ModbusRegister.Parse(text, out var problem)
                    ?? throw new ArgumentException(problem, nameof(options))),
                options.Gap),
        ];
        _answers = new byte[]?[_blocks.Length];
        _status = new ModbusDeviceStatus(options.Name, 0, 0, null, false, null);
        _schedule = new ReadingSchedule(options.Period, BackoffMax, now);
    }

    internal byte[] Key { get; }

    /// <summary>When it is to be read next, by the monotonic clock.</summary>
    internal TimeSpan Due => _schedule.Due;

    internal ModbusDeviceStatus Status => _status;

    /// <summary>Whether the last reading is the one that made it stale.</summary>
    internal bool HasBecomeStale => _schedule.HasBecomeStale;

    /// <summary>Reads all blocks; false, with a status that says why, when none could be read.</summary>
    /// <remarks>A block that the device refuses costs its values only; a device that does not answer costs one timeout,
    /// and is left alone for twice as long each time, five minutes at most.</remarks>
    internal async Task<bool> TryReadAsync(IModbusLine line, TimeSpan now, CancellationToken cancellationToken)
    {
        string? problem = null;
        var read = 0;
        for (var i = 0; i < _blocks.Length; i++)
        {
            try
            {
                _answers[i] = null;
                _answers[i] = await ReadAsync(line, _blocks[i], cancellationToken).ConfigureAwait(false);
                read++;
            }
            catch (ModbusException refused)
            {
                problem = refused.Message;
                if (!refused.IsAnswer)
                {
                    Array.Clear(_answers);
                    read = 0;
                    break;
                }
            }
        }

        Note(read > 0, problem, now);
        return read > 0;
    }

    /// <summary>Adds what was read.</summary>
    internal void AddTo(ReadingBatch batch)
    {
        for (var i = 0; i < _blocks.Length; i++)
        {
            if (_answers[i] is not { } bytes)
            {
                continue;
            }

            foreach (var register in _blocks[i].Registers)
            {
                var at = register.Address - _blocks[i].Address;
                var value = register.IsBit
                    ? ReadingValue.Of((bytes[at / 8] >> (at % 8) & 1) == 1)
                    : register.Read(bytes.AsSpan(2 * at, 2 * register.Count), _swap);
                batch.Add(new Reading(register.Name, value, default, register.Unit));
            }
        }
    }

    /// <summary>Notes when the last reading was by the wall clock.</summary>
    internal void NoteTime(Timestamp now) => _status = _status with { LastReading = now };

    private void Note(bool isGood, string? problem, TimeSpan now)
    {
        _schedule.Note(isGood, now);
        _status = _status with
        {
            Readings = _status.Readings + (isGood ? 1 : 0),
            Failures = _status.Failures + (problem is null ? 0 : 1),
            IsStale = _schedule.IsStale,
            Problem = problem,
        };
    }

    private async Task<byte[]> ReadAsync(IModbusLine line, ModbusBlock block, CancellationToken cancellationToken)
    {
        var request = new byte[5];
        request[0] = (byte)block.Table;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(1), (ushort)block.Address);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(3), (ushort)block.Count);
        var isBits = block.Table is ModbusTable.Coil or ModbusTable.Discrete;
        var dataSizeBytes = isBits ? (block.Count + 7) / 8 : 2 * block.Count;
        var answer = await line.ExchangeAsync(_options.Unit, request, 2 + dataSizeBytes, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Span[0] == (request[0] | ExceptionFlag) && answer.Length == 2)
        {
            throw ModbusException.OfCode(answer.Span[1], block);
        }

        return answer.Span[0] == request[0] && answer.Length == 2 + dataSizeBytes
            && answer.Span[1] == dataSizeBytes
                ? answer[2..].ToArray()
                : throw new ModbusException(
                    $"The device {_options.Name} answered {answer.Length} bytes where {2 + dataSizeBytes} were due.",
                    isAnswer: false);
    }
}
