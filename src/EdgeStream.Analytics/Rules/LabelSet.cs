using System.Collections;

namespace EdgeStream.Analytics;

/// <summary>Names with texts that a rule's alerts carry, in the order of the names. Immutable; equal sets are
/// equal.</summary>
/// <remarks>At most 16; a name has 1 to 64 letters, digits or <c>_</c> and begins with no digit, a text has at most 256
/// characters.</remarks>
public sealed class LabelSet : IReadOnlyList<KeyValuePair<string, string>>, IEquatable<LabelSet>
{
    /// <summary>How many labels there may be.</summary>
    public const int CountMax = 16;

    /// <summary>How many characters a text may have.</summary>
    public const int TextLengthMax = 256;

    /// <summary>No label at all.</summary>
    public static readonly LabelSet None = new([]);

    private const int NameLengthMax = 64;

    private readonly KeyValuePair<string, string>[] _labels;

    /// <summary>Takes labels; of one name the last counts.</summary>
    public LabelSet(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in labels)
        {
            sorted[name] = text;
        }

        _labels = [.. sorted];
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, string> this[int index] => _labels[index];

    /// <summary>The text of a label; null if there is none of that name.</summary>
    public string? Find(string name)
    {
        foreach (var (label, text) in _labels)
        {
            if (label == name)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>What is wrong with the set, as a sentence; null when nothing is.</summary>
    public string? FindProblem()
    {
        if (_labels.Length > CountMax)
        {
            return $"There are {_labels.Length} labels; at most {CountMax} may be.";
        }

        foreach (var (name, text) in _labels)
        {
            if (!IsName(name))
            {
                return $"'{name}' is no label: a name has 1 to 64 letters, digits or '_' and begins with no digit.";
            }

            if (text.Length > TextLengthMax)
            {
                return $"The label '{name}' has {text.Length} characters; at most {TextLengthMax} may be.";
            }
        }

        return null;
    }

    /// <summary>Whether a text may be a label's name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax
        && name.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_')
        && !char.IsAsciiDigit(name[0]);

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && _labels.AsSpan().SequenceEqual(other._labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (name, text) in _labels)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, string>>)_labels).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
