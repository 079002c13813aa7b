using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>Saves and restores a <see cref="KeyTable{TState}"/>.</summary>
/// <remarks>
/// An entry: version u8, key length u16, last sequence i64, the state's own layout, the key. Little-endian,
/// frozen.
/// </remarks>
/// <param name="table">The table.</param>
/// <param name="version">The first byte of its entries: another one for each table of a rule.</param>
/// <param name="namePrefix">What stands before the key in the name of an entry.</param>
internal sealed class KeyStates<TState>(
    KeyTable<TState> table, byte version = KeyStates<TState>.Version, byte[]? namePrefix = null) : IRuleState
    where TState : struct, IKeyState<TState>
{
    /// <summary>The first byte of an entry of a rule's first table.</summary>
    public const byte Version = 1;

    private const int KeyLengthOffset = 1;
    private const int SequenceOffset = 3;
    private const int StateOffset = 11;

    private byte[] _buffer = [];

    public void Save(Action<byte[]> removed, Action<byte[], ReadOnlyMemory<byte>> changed) =>
        table.TakeChanges(key => removed(NameOf(key)), index => changed(NameOf(table.KeyAt(index)), Write(index)));

    public void Restore(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        foreach (var entry in entries.Where(IsEntry).OrderBy(SequenceOf))
        {
            var keyOffset = StateOffset + TState.SizeBytes;
            table.Restore(
                entry.Span[keyOffset..], SequenceOf(entry), TState.Read(entry.Span[StateOffset..keyOffset]));
        }
    }

    private byte[] NameOf(ReadOnlySpan<byte> key) => [.. namePrefix ?? [], .. key];

    private bool IsEntry(ReadOnlyMemory<byte> entry)
    {
        var keyOffset = StateOffset + TState.SizeBytes;
        return entry.Length >= keyOffset && entry.Span[0] == version
            && entry.Length == keyOffset + BinaryPrimitives.ReadUInt16LittleEndian(entry.Span[KeyLengthOffset..]);
    }

    private static long SequenceOf(ReadOnlyMemory<byte> entry) =>
        BinaryPrimitives.ReadInt64LittleEndian(entry.Span[SequenceOffset..]);

    private ReadOnlyMemory<byte> Write(int index)
    {
        var key = table.KeyAt(index);
        var keyOffset = StateOffset + TState.SizeBytes;
        var length = keyOffset + key.Length;
        if (_buffer.Length < length)
        {
            _buffer = new byte[length * 2];
        }

        var bytes = _buffer.AsSpan(0, length);
        bytes[0] = version;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[KeyLengthOffset..], (ushort)key.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[SequenceOffset..], table.LastSequenceAt(index));
        table.StateAt(index).Write(bytes[StateOffset..keyOffset]);
        key.CopyTo(bytes[keyOffset..]);
        return _buffer.AsMemory(0, length);
    }
}
