using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeStream.Delivery;

/// <summary>The distinct values of a column, in the order of their first appearance, and each value's place among
/// them.</summary>
/// <remarks>It gives up where it does not pay: at 65,536 values, at 1 MiB of them, or where three of four are new.
/// Memory: about 1 MiB for its values, 1 MiB for finding them, and 2 bytes a value. Not thread-safe.</remarks>
internal sealed class ValueDictionary : IDisposable
{
    private const int CountMax = 1 << 16;
    private const int ValueBytesMax = 1 << 20;
    private const int SlotCountMin = 1 << 10;
    private const int CheckEvery = 1 << 12;

    private readonly PooledBytes _values = new();
    private readonly PooledBytes _hashes = new();
    private readonly PooledBytes _indices = new();
    private int[] _slots = [];
    private int _slotMask;

    /// <summary>How many distinct values there are.</summary>
    public int Count { get; private set; }

    /// <summary>How often a value differs from the one before it.</summary>
    public int ChangeCount { get; private set; }

    /// <summary>The memory that it holds, in bytes.</summary>
    public long CapacityBytes =>
        _values.CapacityBytes + _hashes.CapacityBytes + _indices.CapacityBytes + ((long)_slots.Length * sizeof(int));

    /// <summary>Each value's place.</summary>
    public ReadOnlySpan<ushort> Indices => MemoryMarshal.Cast<byte, ushort>(_indices.Written);

    /// <summary>The distinct numbers.</summary>
    public ReadOnlySpan<long> Numbers => _values.Numbers;

    /// <summary>Where the distinct texts appear first.</summary>
    public ReadOnlySpan<int> FirstTexts => _values.Integers;

    /// <summary>Collects numbers; false where it does not pay.</summary>
    public bool TryBuild(ReadOnlySpan<long> numbers)
    {
        Begin();
        var indices = MemoryMarshal.Cast<byte, ushort>(_indices.Take(numbers.Length * sizeof(ushort)));
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!IsWorthIt(i))
            {
                return false;
            }

            var number = numbers[i];
            if (i > 0 && number == numbers[i - 1])
            {
                indices[i] = indices[i - 1];
                continue;
            }

            ChangeCount++;
            var slot = (int)HashOf((ulong)number) & _slotMask;
            while (_slots[slot] is > 0 and var taken && Numbers[taken - 1] != number)
            {
                slot = (slot + 1) & _slotMask;
            }

            if (_slots[slot] == 0)
            {
                if (Count == CountMax)
                {
                    return false;
                }

                _values.AddNumber(number);
                AddEntry(slot, HashOf((ulong)number));
                indices[i] = (ushort)(Count - 1);
            }
            else
            {
                indices[i] = (ushort)(_slots[slot] - 1);
            }
        }

        return true;
    }

    /// <summary>Collects texts; false where it does not pay.</summary>
    public bool TryBuild(ColumnBuffer column)
    {
        Begin();
        var indices = MemoryMarshal.Cast<byte, ushort>(_indices.Take(column.ValueCount * sizeof(ushort)));
        var bytes = 0L;
        for (var i = 0; i < column.ValueCount; i++)
        {
            if (!IsWorthIt(i) || bytes > ValueBytesMax)
            {
                return false;
            }

            var text = column.TextAt(i);
            if (i > 0 && text.SequenceEqual(column.TextAt(i - 1)))
            {
                indices[i] = indices[i - 1];
                continue;
            }

            ChangeCount++;
            var hash = HashOf(text);
            var slot = (int)hash & _slotMask;
            while (_slots[slot] is > 0 and var taken
                && (_hashes.Integers[taken - 1] != (int)hash
                    || !column.TextAt(FirstTexts[taken - 1]).SequenceEqual(text)))
            {
                slot = (slot + 1) & _slotMask;
            }

            if (_slots[slot] == 0)
            {
                if (Count == CountMax)
                {
                    return false;
                }

                bytes += text.Length + sizeof(int);
                _values.AddInteger(i);
                AddEntry(slot, hash);
                indices[i] = (ushort)(Count - 1);
            }
            else
            {
                indices[i] = (ushort)(_slots[slot] - 1);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        _hashes.Dispose();
        _indices.Dispose();
        if (_slots.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_slots);
        }

        _slots = [];
    }

    private bool IsWorthIt(int done) => done % CheckEvery != 0 || done == 0 || Count <= done - (done >> 2);

    private void Begin()
    {
        Count = 0;
        ChangeCount = 0;
        _values.Cut(0);
        _hashes.Cut(0);
        _indices.Cut(0);
        MakeSlots(SlotCountMin);
    }

    private void AddEntry(int slot, uint hash)
    {
        _hashes.AddInteger((int)hash);
        _slots[slot] = ++Count;
        if (Count * 2 > _slotMask)
        {
            MakeSlots((_slotMask + 1) * 4);
            var hashes = _hashes.Integers;
            for (var i = 0; i < Count; i++)
            {
                var at = hashes[i] & _slotMask;
                while (_slots[at] != 0)
                {
                    at = (at + 1) & _slotMask;
                }

                _slots[at] = i + 1;
            }
        }
    }

    private void MakeSlots(int count)
    {
        if (_slots.Length < count)
        {
            if (_slots.Length > 0)
            {
                ArrayPool<int>.Shared.Return(_slots);
            }

            _slots = ArrayPool<int>.Shared.Rent(count);
        }

        _slots.AsSpan(0, count).Clear();
        _slotMask = count - 1;
    }

    private static uint HashOf(ulong number) =>
        (uint)((BitOperations.RotateLeft(number, 23) ^ number) * 0x9E3779B97F4A7C15 >> 32);

    private static uint HashOf(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            hash = (BitOperations.RotateLeft(hash, 23) ^ MemoryMarshal.Read<ulong>(text)) * 0x9E3779B97F4A7C15;
        }

        foreach (var value in text)
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        return (uint)((hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15 >> 32);
    }
}
