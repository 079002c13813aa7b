using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>An object of another server that is kept in the gateway's state.</summary>
/// <remarks>
/// <para>State keys, frozen: <c>references/&lt;id&gt;</c>, where the id is the first 16 bytes of the SHA-256 of the
/// object's place in hexadecimal digits, and <c>references/&lt;id&gt;/&lt;set&gt;/&lt;n&gt;</c>, the content in parts
/// of at most 1 MiB. A content is written as the other set (0 or 1) beside the one that counts, and counts when the
/// header says so, in one step.</para>
/// <para>Header, little-endian: version 1 byte (1), set 1, parts 2, size 4, when the object was put there 8
/// (microseconds since 1970; the least number where nobody knows), when it was read 8, the first 16 bytes of the
/// content's SHA-256, and the tag as UTF-8 to the end (none where it is empty).</para>
/// </remarks>
internal sealed class KeptObject
{
    private const string Root = "references/";
    private const byte FormatVersion = 1;
    private const int HashSize = 16;
    private const int HeaderSize = 24 + HashSize;
    private const int PartSizeMax = 1 << 20;

    /// <summary>How much all contents together may take: they are in memory, too.</summary>
    private const long TotalSizeBytesMax = 64L << 20;

    private readonly string _id;
    private readonly byte _set;
    private readonly int _parts;
    private readonly int _size;
    private readonly byte[] _hash;

    private KeptObject(string id, byte set, int parts, int size, byte[] hash)
    {
        (_id, _set, _parts, _size, _hash) = (id, set, parts, size, hash);
        Version = Convert.ToHexStringLower(hash);
    }

    /// <summary>Tells the content from others.</summary>
    public string Version { get; }

    /// <summary>The server's tag of the object; null where it gave none.</summary>
    public string? Tag { get; private init; }

    /// <summary>When the object was put there, by the server's clock; null where it did not say.</summary>
    public Timestamp? ChangedAt { get; private init; }

    /// <summary>When it was read.</summary>
    public Timestamp ReadAt { get; private init; }

    /// <summary>What is kept of an object; null for nothing that can be used.</summary>
    public static KeptObject? Find(StateStore state, string place)
    {
        var id = IdOf(place);
        return state.TryGet(Root + id, out var header) && TryRead(id, header.Span) is { } kept
            && kept.Read(state) is not null ? kept : null;
    }

    /// <summary>Keeps a content in the place of the one before. Durable when this completes.</summary>
    /// <exception cref="IOException">The state could not be written, or has no room for it; what was kept before
    /// is.</exception>
    public static async Task<KeptObject> KeepAsync(
        StateStore state, string place, S3ObjectAnswer answer, Timestamp now, CancellationToken cancellationToken)
    {
        var content = answer.Content!;
        var id = IdOf(place);
        KeepTotal(state, id, content.Length);
        var hash = HashOf(content);
        var before = Find(state, place);
        var isSame = before is not null && before._size == content.Length && before._hash.AsSpan().SequenceEqual(hash);
        var set = isSame ? before!._set : (byte)(before?._set == 0 ? 1 : 0);
        var parts = (content.Length + PartSizeMax - 1) / PartSizeMax;
        for (var part = 0; part < parts && !isSame; part++)
        {
            var start = part * PartSizeMax;
            var bytes = content.AsMemory(start, Math.Min(PartSizeMax, content.Length - start));
            await state.CommitAsync(new StateBatch().Put(KeyOf(id, set, part), bytes.Span), cancellationToken);
        }

        var kept = new KeptObject(id, set, parts, content.Length, hash)
        {
            Tag = answer.Tag,
            ChangedAt = answer.ChangedAt is { } changed ? Timestamp.From(changed) : null,
            ReadAt = now,
        };
        var batch = new StateBatch().Put(Root + id, kept.ToHeader());
        foreach (var (key, _) in state.List($"{Root}{id}/"))
        {
            if (!kept.Has(key))
            {
                batch.Delete(key);
            }
        }

        await state.CommitAsync(batch, cancellationToken);
        return kept;
    }

    /// <summary>Forgets all objects but those of these places.</summary>
    /// <exception cref="IOException">The state could not be written.</exception>
    public static async Task ForgetOthersAsync(StateStore state, IEnumerable<string> places)
    {
        var kept = places.Select(IdOf).ToHashSet(StringComparer.Ordinal);
        var batch = new StateBatch();
        foreach (var (key, _) in state.List(Root))
        {
            if (!kept.Contains(key[Root.Length..].Split('/')[0]))
            {
                batch.Delete(key);
            }
        }

        await state.CommitAsync(batch);
    }

    /// <summary>The content; null where it is not all there, as another one has been kept since.</summary>
    public byte[]? Read(StateStore state)
    {
        var content = new byte[_size];
        var length = 0;
        for (var part = 0; part < _parts; part++)
        {
            if (!state.TryGet(KeyOf(_id, _set, part), out var bytes) || bytes.Length > _size - length)
            {
                return null;
            }

            bytes.Span.CopyTo(content.AsSpan(length));
            length += bytes.Length;
        }

        return length == _size && HashOf(content).AsSpan().SequenceEqual(_hash) ? content : null;
    }

    private static void KeepTotal(StateStore state, string id, long sizeBytes)
    {
        foreach (var (key, header) in state.List(Root))
        {
            var other = key[Root.Length..];
            if (other != id && !other.Contains('/'))
            {
                sizeBytes += TryRead(other, header.Span)?._size ?? 0;
            }
        }

        if (sizeBytes > TotalSizeBytesMax)
        {
            throw new IOException(
                $"the objects of tables would take {sizeBytes} bytes together; {TotalSizeBytesMax} are the most.");
        }
    }

    private static KeptObject? TryRead(string id, ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderSize || header[0] != FormatVersion)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var changedAt = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
        var tag = Encoding.UTF8.GetString(header[HeaderSize..]);
        return size is < 0 or > Analytics.QueryReference.SizeBytesMax
            ? null
            : new KeptObject(
                id, header[1], BinaryPrimitives.ReadUInt16LittleEndian(header[2..]), size,
                header.Slice(24, HashSize).ToArray())
            {
                Tag = tag.Length == 0 ? null : tag,
                ChangedAt = changedAt == long.MinValue ? null : new Timestamp(changedAt),
                ReadAt = new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(header[16..])),
            };
    }

    private byte[] ToHeader()
    {
        var tag = Encoding.UTF8.GetBytes(Tag ?? "");
        var header = new byte[HeaderSize + tag.Length];
        header[0] = FormatVersion;
        header[1] = _set;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), (ushort)_parts);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), _size);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), ChangedAt?.UnixMicroseconds ?? long.MinValue);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), ReadAt.UnixMicroseconds);
        _hash.CopyTo(header, 24);
        tag.CopyTo(header, HeaderSize);
        return header;
    }

    private bool Has(string key)
    {
        for (var part = 0; part < _parts; part++)
        {
            if (key == KeyOf(_id, _set, part))
            {
                return true;
            }
        }

        return false;
    }

    private static string KeyOf(string id, byte set, int part) =>
        string.Create(CultureInfo.InvariantCulture, $"{Root}{id}/{set}/{part:d4}");

    private static string IdOf(string place) =>
        Convert.ToHexStringLower(HashOf(Encoding.UTF8.GetBytes(place)));

    private static byte[] HashOf(byte[] bytes) => SHA256.HashData(bytes)[..HashSize];
}
