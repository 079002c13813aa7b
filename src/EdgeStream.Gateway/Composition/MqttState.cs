using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>Keeps the broker's sessions and retained messages in the gateway's own state.</summary>
/// <remarks>
/// Keys: <c>mqtt/</c> and the broker's key. A key that is too long for the state stands as <c>mqtt#/</c> and the
/// SHA-256 of
/// the broker's key in hexadecimal; its value starts with the key's length (4 bytes, little-endian) and the key in
/// UTF-8.
/// </remarks>
internal sealed class MqttState(StateStore state) : IMqttStateStore
{
    private const string Prefix = "mqtt/";
    private const string LongPrefix = "mqtt#/";
    private const int KeySizeBytesMax = 1000;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> List()
    {
        var entries = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        foreach (var (key, value) in state.List(Prefix))
        {
            entries.Add(new(key[Prefix.Length..], value));
        }

        foreach (var (_, value) in state.List(LongPrefix))
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(value.Span);
            var key = Encoding.UTF8.GetString(value.Span.Slice(sizeof(int), size));
            entries.Add(new(key, value[(sizeof(int) + size)..]));
        }

        return entries;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(IReadOnlyList<MqttStateChange> changes, CancellationToken cancellationToken)
    {
        var batch = new StateBatch();
        foreach (var change in changes)
        {
            Add(batch, change);
        }

        return state.CommitAsync(batch, cancellationToken);
    }

    private static void Add(StateBatch batch, MqttStateChange change)
    {
        var isLong = Encoding.UTF8.GetByteCount(change.Key) > KeySizeBytesMax;
        var keyBytes = isLong ? Encoding.UTF8.GetBytes(change.Key) : [];
        var key = isLong ? LongPrefix + Convert.ToHexStringLower(SHA256.HashData(keyBytes)) : Prefix + change.Key;
        if (change.Value is not { } value)
        {
            batch.Delete(key);
            return;
        }

        if (!isLong)
        {
            batch.Put(key, value.Span);
            return;
        }

        var framed = new byte[sizeof(int) + keyBytes.Length + value.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, keyBytes.Length);
        keyBytes.CopyTo(framed, sizeof(int));
        value.Span.CopyTo(framed.AsSpan(sizeof(int) + keyBytes.Length));
        batch.Put(key, framed);
    }
}
