namespace EdgeStream.Kinesis;

/// <summary>The type of a request's member and what it must satisfy: data, read by one reader and one
/// validator.</summary>
internal sealed class Shape
{
    private Shape(ShapeKind kind)
    {
        Kind = kind;
    }

    /// <summary>The type.</summary>
    internal ShapeKind Kind { get; }

    /// <summary>The least value of a number; the least length of anything else.</summary>
    internal int? Min { get; private init; }

    /// <summary>The greatest value of a number; the greatest length of anything else.</summary>
    internal int? Max { get; private init; }

    /// <summary>What the text must look like.</summary>
    internal TextPattern? Pattern { get; private init; }

    /// <summary>The words that are allowed, in the order in which messages list them.</summary>
    internal string[]? Words { get; private init; }

    /// <summary>The members of a structure, in the order in which they are validated.</summary>
    internal Field[] Fields { get; private init; } = [];

    /// <summary>The elements of a list, the values of a map.</summary>
    internal Shape? Element { get; private init; }

    /// <summary>The length of a map's keys, or of a list's texts, in characters.</summary>
    internal (int Min, int Max)? KeyLength { get; private init; }

    /// <summary>The length of a map's values in characters.</summary>
    internal (int Min, int Max)? ValueLength { get; private init; }

    /// <summary>What messages print for an element that is a structure.</summary>
    internal string? ElementText { get; private init; }

    /// <summary>Text.</summary>
    internal static Shape Text(int? min = null, int? max = null, TextPattern? pattern = null) =>
        new(ShapeKind.String) { Min = min, Max = max, Pattern = pattern };

    /// <summary>One of several words.</summary>
    internal static Shape Word(params string[] words) => new(ShapeKind.String) { Words = words };

    /// <summary>A whole number.</summary>
    internal static Shape Integer(int? min = null, int? max = null) =>
        new(ShapeKind.Integer) { Min = min, Max = max };

    /// <summary>True or false.</summary>
    internal static Shape Boolean() => new(ShapeKind.Boolean);

    /// <summary>A time.</summary>
    internal static Shape Time() => new(ShapeKind.Timestamp);

    /// <summary>Bytes.</summary>
    internal static Shape Blob(int max) => new(ShapeKind.Blob) { Max = max };

    /// <summary>A list.</summary>
    internal static Shape List(
        Shape element, int min, int max, (int Min, int Max)? length = null, string? elementText = null) =>
        new(ShapeKind.List) { Element = element, Min = min, Max = max, KeyLength = length, ElementText = elementText };

    /// <summary>A map from text to text.</summary>
    internal static Shape Map(int min, int max, (int Min, int Max) keyLength, (int Min, int Max) valueLength) =>
        new(ShapeKind.Map)
        {
            Element = Text(), Min = min, Max = max, KeyLength = keyLength, ValueLength = valueLength,
        };

    /// <summary>A structure.</summary>
    internal static Shape Structure(params Field[] fields) => new(ShapeKind.Structure) { Fields = fields };

    /// <summary>The place of a member, -1 if there is none of this name.</summary>
    /// <param name="name">The name in UTF-8.</param>
    /// <param name="likely">The place to look at first.</param>
    internal int IndexOf(ReadOnlySpan<byte> name, int likely)
    {
        var fields = Fields;
        if ((uint)likely < (uint)fields.Length && name.SequenceEqual(fields[likely].NameBytes))
        {
            return likely;
        }

        for (var i = 0; i < fields.Length; i++)
        {
            if (name.SequenceEqual(fields[i].NameBytes))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The place of a member.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    internal int IndexOf(string name)
    {
        for (var i = 0; i < Fields.Length; i++)
        {
            if (Fields[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"The request has no member '{name}'.", nameof(name));
    }
}
