using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Streams;

/// <summary>How a producer stands in a log's checkpoints and, for the children of a shard, in the state. Frozen;
/// the room's README has the tables.</summary>
internal static class ProducerFormat
{
    /// <summary>What the names of producers' checkpoints begin with.</summary>
    internal const char NamePrefix = '@';

    /// <summary>The longest value of a checkpoint.</summary>
    internal const int ValueSizeBytesMax =
        1 + (3 * VariableIntegerSizeBytesMax) + (ProducerWindow.SizeMax / 8);

    private const int VariableIntegerSizeBytesMax = 10;
    private const byte BitmapFlag = 0x80;
    private const byte InheritedVersion = 1;

    /// <summary>The checkpoint's name: every byte of the id is one character.</summary>
    internal static string NameOf(ReadOnlySpan<byte> id) => NamePrefix + Encoding.Latin1.GetString(id);

    /// <summary>The id of a checkpoint's name; null if it is no producer's.</summary>
    internal static byte[]? IdOf(string name) =>
        name.Length is > 1 and <= 1 + ProducerStamp.ProducerIdSizeBytesMax && name[0] == NamePrefix
            ? Encoding.Latin1.GetBytes(name, 1, name.Length - 1)
            : null;

    /// <summary>The most that a checkpoint takes among a log's, beside the value.</summary>
    internal static int NameSizeBytes(string name) => Encoding.UTF8.GetByteCount(name) + 4;

    /// <summary>Writes a value; returns its size.</summary>
    internal static int Write(Span<byte> target, ProducerWindow window, long heardAt)
    {
        target[0] = (byte)(window.Size / ProducerWindow.SizeStep);
        var at = 1;
        at += WriteNumber(target[at..], window.Epoch);
        at += WriteNumber(target[at..], window.Highest);
        at += WriteNumber(target[at..], (ulong)Math.Max(0, heardAt));
        var bitmapEnd = at + (window.Size / 8);
        var end = at;
        for (var below = 0; below < window.Size;)
        {
            var gap = window.Find(below, isTaken: false);
            var next = window.Find(gap, isTaken: true);
            end += WriteNumber(target[end..], (ulong)(gap - below));
            if (next < window.Size)
            {
                end += WriteNumber(target[end..], (ulong)(next - gap));
            }

            below = next;
            if (end + (2 * VariableIntegerSizeBytesMax) > bitmapEnd && below < window.Size)
            {
                target[0] |= BitmapFlag;
                foreach (var word in window.Words)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(target[at..], word);
                    at += sizeof(ulong);
                }

                return at;
            }
        }

        return end;
    }

    /// <summary>Reads a value; false if it is none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> value, ProducerWindow window, out long heardAt)
    {
        heardAt = 0;
        var size = value.IsEmpty ? 0 : (value[0] & ~BitmapFlag) * ProducerWindow.SizeStep;
        if (size is 0 or > ProducerWindow.SizeMax)
        {
            return false;
        }

        var isBitmap = (value[0] & BitmapFlag) != 0;
        value = value[1..];
        if (!TryTakeNumber(ref value, out var epoch)
            || !TryTakeNumber(ref value, out var highest)
            || !TryTakeNumber(ref value, out var heard))
        {
            return false;
        }

        heardAt = (long)heard;
        window.Begin(size, epoch, highest);
        return isBitmap ? TryReadBitmap(value, window) : TryReadRuns(value, window);
    }

    /// <summary>The producers, those longest unheard of first, for a shard's children.</summary>
    internal static byte[] WriteInherited(IReadOnlyList<ProducerEntry> producers)
    {
        var bytes = new MemoryStream();
        bytes.WriteByte(InheritedVersion);
        Span<byte> value = stackalloc byte[ValueSizeBytesMax];
        foreach (var producer in producers)
        {
            var size = Write(value, producer.Window, 0);
            bytes.WriteByte((byte)producer.Id.Length);
            bytes.Write(producer.Id);
            bytes.WriteByte((byte)size);
            bytes.Write(value[..size]);
        }

        return bytes.ToArray();
    }

    /// <summary>Reads them; what is not whole ends the list.</summary>
    internal static List<ProducerEntry> ReadInherited(ReadOnlySpan<byte> bytes)
    {
        var producers = new List<ProducerEntry>();
        if (bytes.IsEmpty || bytes[0] != InheritedVersion)
        {
            return producers;
        }

        bytes = bytes[1..];
        while (TryTakePart(ref bytes, out var id) && TryTakePart(ref bytes, out var value))
        {
            var producer = new ProducerEntry(id.ToArray());
            if (TryRead(value, producer.Window, out _))
            {
                producers.Add(producer);
            }
        }

        return producers;
    }

    private static bool TryTakePart(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (bytes.IsEmpty || bytes.Length <= bytes[0])
        {
            return false;
        }

        part = bytes.Slice(1, bytes[0]);
        bytes = bytes[(1 + part.Length)..];
        return true;
    }

    private static bool TryReadBitmap(ReadOnlySpan<byte> bytes, ProducerWindow window)
    {
        if (bytes.Length != window.Size / 8)
        {
            return false;
        }

        foreach (ref var word in window.Words)
        {
            word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            bytes = bytes[sizeof(ulong)..];
        }

        return true;
    }

    private static bool TryReadRuns(ReadOnlySpan<byte> bytes, ProducerWindow window)
    {
        ulong below = 0;
        for (var isTaken = true; !bytes.IsEmpty; isTaken = !isTaken)
        {
            if (!TryTakeNumber(ref bytes, out var count) || count > (ulong)window.Size - below)
            {
                return false;
            }

            if (isTaken)
            {
                window.TakeRun((int)below, (int)count);
            }

            below += count;
        }

        return below > 0;
    }

    private static int WriteNumber(Span<byte> target, ulong value)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[size++] = (byte)(value | 0x80);
        }

        target[size++] = (byte)value;
        return size;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var at = 0; at < Math.Min(bytes.Length, VariableIntegerSizeBytesMax); at++)
        {
            value |= (ulong)(bytes[at] & 0x7F) << (7 * at);
            if (bytes[at] < 0x80)
            {
                bytes = bytes[(at + 1)..];
                return true;
            }
        }

        return false;
    }
}
