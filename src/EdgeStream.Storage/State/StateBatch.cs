using System.Buffers;
using System.Text;

namespace EdgeStream.Storage;

/// <summary>Changes of the gateway's own state that become durable together or not at all.</summary>
/// <remarks>
/// Not thread-safe. Keys are 1 to 1,024 bytes of UTF-8, values at most 1.25 MiB, all of them together 2 MiB
/// less their overhead. A later change of a key wins.
/// </remarks>
public sealed class StateBatch
{
    private const int KeySizeBytesMax = 1024;
    private const int ValueSizeBytesMax = 1280 << 10;

    private readonly List<StateChange> _changes = [];

    internal IReadOnlyList<StateChange> Changes => _changes;

    /// <summary>Whether nothing has been added.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Adds "the key has this value"; the bytes are copied.</summary>
    /// <exception cref="ArgumentException">The key or the value is too long, or the key is empty.</exception>
    public StateBatch Put(string key, ReadOnlySpan<byte> value)
    {
        if (value.Length > ValueSizeBytesMax)
        {
            throw new ArgumentException(
                $"The value of '{key}' has {value.Length} bytes; at most {ValueSizeBytesMax} fit.");
        }

        _changes.Add(new StateChange(Checked(key), value.ToArray()));
        return this;
    }

    /// <summary>Adds "the key is gone".</summary>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    public StateBatch Delete(string key)
    {
        _changes.Add(new StateChange(Checked(key), null));
        return this;
    }

    internal void WriteTo(IBufferWriter<byte> target)
    {
        foreach (var change in _changes)
        {
            StateLogFormat.Write(target, change);
        }
    }

    private static string Checked(string key) =>
        key.Length > 0 && Encoding.UTF8.GetByteCount(key) <= KeySizeBytesMax
            ? key
            : throw new ArgumentException($"A state key has 1 to {KeySizeBytesMax} bytes of UTF-8: '{key}'.");
}
