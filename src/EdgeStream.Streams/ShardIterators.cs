using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Kinesis's shard iterators: opaque texts of 60 characters that stand for a position, for five minutes.
/// </summary>
/// <remarks>
/// <para>Thread-safe, and nothing is kept for a token: it holds, in base64, a version (1 byte), the stream's id (6),
/// how often the shard had been cut (2; <see cref="KinesisSequenceNumber.CutCount"/>), the shard's index (4), the
/// next sequence number (8) and the wall time of issue in milliseconds (8), then the first
/// 16 bytes of the HMAC-SHA-256 of all of these; numbers are little-endian. The key is random, made with the first
/// use, and kept in the state under <c>kinesis/iterator-key</c>, so that tokens survive a restart and none can be made
/// up.</para>
/// <para>Time is the wall clock's. One that is set forward expires tokens early; set back, a token that seems to come
/// from more than five minutes ahead is expired as well.</para>
/// </remarks>
public sealed class ShardIterators
{
    /// <summary>How many bytes show that a token has come from this data folder.</summary>
    public const int TagSizeBytes = 16;

    /// <summary>How many characters a token has.</summary>
    public const int TokenLength = 60;

    private const string StateKey = "kinesis/iterator-key";
    private const int KeySizeBytes = 32;
    private const byte Version = 1;
    private const int BodySizeBytes = 29;
    private const long StreamIdMask = (1L << 48) - 1;

    /// <summary>How long a token is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly StreamStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly byte[] _key;

    private ShardIterators(StreamStore store, TimeProvider timeProvider, byte[] key)
    {
        _store = store;
        _timeProvider = timeProvider;
        _key = key;
    }

    /// <summary>The iterators of a data folder; makes their key where there is none yet, durably.</summary>
    /// <exception cref="IOException">The state could not be written.</exception>
    public static async ValueTask<ShardIterators> OpenAsync(
        StreamStore store, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        if (!store.State.TryGet(StateKey, out var key) || key.Length != KeySizeBytes)
        {
            key = RandomNumberGenerator.GetBytes(KeySizeBytes);
            await store.State.CommitAsync(new StateBatch().Put(StateKey, key.Span), cancellationToken)
                .ConfigureAwait(false);
        }

        return new ShardIterators(store, timeProvider ?? TimeProvider.System, key.ToArray());
    }

    /// <summary>The token of a position: GetShardIterator.</summary>
    /// <remarks>
    /// All five types become a sequence number now; so LATEST stands behind what is there at this moment.
    /// </remarks>
    public string Issue(Shard shard, ShardPosition position) => Issue(shard, shard.Resolve(position));

    /// <summary>The token of the position behind what was read: NextShardIterator.</summary>
    /// <returns>Null where the shard is closed and was read to its end.</returns>
    public string? Issue(ShardReader reader) =>
        reader.IsAtEnd ? null : Issue(reader.Shard, reader.NextSequence);

    /// <summary>Writes what shows that a text of the API's own has come from this data folder: 16 bytes.</summary>
    /// <param name="text">The text; its beginning says what it is, and is no iterator's.</param>
    /// <param name="tag">Receives the bytes.</param>
    /// <exception cref="ArgumentException">The text could be an iterator's.</exception>
    public void Authenticate(ReadOnlySpan<byte> text, Span<byte> tag)
    {
        if (text.IsEmpty || text[0] == Version)
        {
            throw new ArgumentException("The text could be taken for an iterator.", nameof(text));
        }

        Sign(text, tag);
    }

    /// <summary>Finds what a token stands for.</summary>
    /// <param name="token">The text.</param>
    /// <param name="stream">The stream; null unless the token is valid.</param>
    /// <param name="shard">The shard, open or closed; null unless the token is valid.</param>
    /// <param name="position">Where to read on.</param>
    public IteratorStatus Find(
        ReadOnlySpan<char> token, out DataStream? stream, out Shard? shard, out ShardPosition position)
    {
        stream = null;
        shard = null;
        position = default;
        Span<byte> bytes = stackalloc byte[BodySizeBytes + TagSizeBytes];
        if (token.Length != TokenLength
            || !Convert.TryFromBase64Chars(token, bytes, out var size)
            || size != bytes.Length
            || bytes[0] != Version
            || !IsAuthentic(bytes))
        {
            return IteratorStatus.Invalid;
        }

        var age = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds()
            - BinaryPrimitives.ReadInt64LittleEndian(bytes[21..]);
        if (Math.Abs(age) > Lifetime.TotalMilliseconds)
        {
            return IteratorStatus.Expired;
        }

        var index = BinaryPrimitives.ReadInt32LittleEndian(bytes[9..]);
        var id = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]) & StreamIdMask;
        if (!_store.TryGet(id, out stream)
            || !stream.TryGetShard(index, out shard))
        {
            stream = null;
            return IteratorStatus.Gone;
        }

        position = shard.Resolve(
            new SequenceNumber(BinaryPrimitives.ReadInt64LittleEndian(bytes[13..])),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[7..]));
        return IteratorStatus.Valid;
    }

    private string Issue(Shard shard, SequenceNumber next)
    {
        Span<byte> bytes = stackalloc byte[BodySizeBytes + TagSizeBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], shard.StreamId);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[7..], (ushort)shard.CutCount);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[9..], shard.Index);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[13..], next.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[21..], _timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        Sign(bytes[..BodySizeBytes], bytes[BodySizeBytes..]);
        return Convert.ToBase64String(bytes);
    }

    private bool IsAuthentic(ReadOnlySpan<byte> bytes)
    {
        Span<byte> tag = stackalloc byte[TagSizeBytes];
        Sign(bytes[..BodySizeBytes], tag);
        return CryptographicOperations.FixedTimeEquals(tag, bytes[BodySizeBytes..]);
    }

    private void Sign(ReadOnlySpan<byte> body, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, body, hash);
        hash[..TagSizeBytes].CopyTo(tag);
    }
}
