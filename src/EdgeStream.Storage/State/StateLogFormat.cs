using System.Buffers;
using System.Text;

namespace EdgeStream.Storage;

/// <summary>
/// The records of the state log. A record's key is one byte: <c>B</c> a batch, <c>S</c> the start of a snapshot,
/// <c>P</c> a part of it, <c>E</c> its end. The values of <c>B</c> and <c>P</c> are changes one after another:
/// operation (1 = put, 2 = delete), key length, key, and for a put value length and value; lengths are variable
/// integers.
/// </summary>
internal static class StateLogFormat
{
    private const byte PutOperation = 1;
    private const byte DeleteOperation = 2;

    internal static ReadOnlySpan<byte> BatchKey => "B"u8;

    internal static ReadOnlySpan<byte> SnapshotStartKey => "S"u8;

    internal static ReadOnlySpan<byte> SnapshotPartKey => "P"u8;

    internal static ReadOnlySpan<byte> SnapshotEndKey => "E"u8;

    /// <summary>Appends one change.</summary>
    internal static void Write(IBufferWriter<byte> target, in StateChange change)
    {
        var keySize = Encoding.UTF8.GetByteCount(change.Key);
        var span = target.GetSpan(1 + (2 * VariableInteger.SizeBytesMax) + keySize + (change.Value?.Length ?? 0));
        span[0] = change.Value is null ? DeleteOperation : PutOperation;
        var at = 1 + VariableInteger.Write(span[1..], (ulong)keySize);
        at += Encoding.UTF8.GetBytes(change.Key, span[at..]);
        if (change.Value is { } value)
        {
            at += VariableInteger.Write(span[at..], (ulong)value.Length);
            value.CopyTo(span[at..]);
            at += value.Length;
        }

        target.Advance(at);
    }

    /// <summary>Applies the changes of a record to a map.</summary>
    /// <exception cref="InvalidDataException">
    /// The bytes are not changes; their checksum was right, so the program is wrong.
    /// </exception>
    internal static void Apply(ReadOnlySpan<byte> changes, SortedDictionary<string, byte[]> map)
    {
        while (!changes.IsEmpty)
        {
            var operation = changes[0];
            changes = changes[1..];
            var key = Encoding.UTF8.GetString(Take(ref changes));
            if (operation == PutOperation)
            {
                map[key] = Take(ref changes).ToArray();
            }
            else if (operation == DeleteOperation)
            {
                map.Remove(key);
            }
            else
            {
                throw new InvalidDataException($"The state log holds the unknown operation {operation}.");
            }
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source)
    {
        if (!VariableInteger.TryRead(source, out var length, out var size) || length > (ulong)(source.Length - size))
        {
            throw new InvalidDataException("The state log holds a change that is cut off.");
        }

        var taken = source.Slice(size, (int)length);
        source = source[(size + (int)length)..];
        return taken;
    }
}
