namespace EdgeStream.Delivery;

/// <summary>Names and their values in an order, equal to others with the same ones. Immutable.</summary>
public sealed class NamedValues : IEquatable<NamedValues>
{
    /// <summary>Takes them over; the array must not change any more.</summary>
    public NamedValues(params KeyValuePair<string, string>[] entries) => Entries = entries;

    /// <summary>None.</summary>
    public static NamedValues None { get; } = new();

    /// <summary>The names and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries { get; }

    /// <inheritdoc/>
    public bool Equals(NamedValues? other)
    {
        if (other is null || other.Entries.Count != Entries.Count)
        {
            return false;
        }

        for (var i = 0; i < Entries.Count; i++)
        {
            if (Entries[i].Key != other.Entries[i].Key || Entries[i].Value != other.Entries[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NamedValues);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Entries.Count == 0 ? 0 : HashCode.Combine(Entries.Count, Entries[0].Key, Entries[0].Value);
}
