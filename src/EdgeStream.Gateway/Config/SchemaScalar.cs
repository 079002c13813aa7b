using System.Globalization;

namespace EdgeStream.Gateway.Config;

/// <summary>A key with one value: its type, default and range.</summary>
/// <remarks>A range of durations counts in seconds, one of sizes in bytes.</remarks>
internal sealed class SchemaScalar : SchemaNode
{
    private SchemaScalar(string name, SchemaValueKind kind, string? defaultText, string documentation)
        : base(name, documentation)
    {
        Kind = kind;
        Default = defaultText;
    }

    /// <summary>How the text is read.</summary>
    public SchemaValueKind Kind { get; }

    /// <summary>The value, as text, that counts when the key is absent; null when there is none.</summary>
    public string? Default { get; }

    /// <summary>Whether leaving the key out is an error.</summary>
    public bool IsRequired { get; private init; }

    /// <summary>The lowest value.</summary>
    public double Minimum { get; private init; } = double.MinValue;

    /// <summary>The highest value; for texts the greatest length.</summary>
    public double Maximum { get; private init; } = double.MaxValue;

    /// <summary>The words that are allowed; empty when any text is.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>Says what is wrong with a text, or null when nothing is.</summary>
    public Func<string, string?>? Check { get; private init; }

    /// <summary>Whether it may be a list of texts, too, whose value has a line for each.</summary>
    public bool IsList { get; private init; }

    /// <summary>Any text up to a length.</summary>
    public static SchemaScalar Text(
        string name,
        string? defaultText,
        string documentation,
        Func<string, string?>? check = null,
        int lengthMax = 1024) =>
        new(name, SchemaValueKind.Text, defaultText, documentation) { Check = check, Minimum = 0, Maximum = lengthMax };

    /// <summary>A text, or a list of texts.</summary>
    public static SchemaScalar Texts(string name, string documentation) =>
        new(name, SchemaValueKind.Text, null, documentation) { IsList = true, Minimum = 1, Maximum = 1024 };

    /// <summary>A text that must be there.</summary>
    public static SchemaScalar RequiredText(string name, string documentation, Func<string, string?>? check = null) =>
        new(name, SchemaValueKind.Text, null, documentation)
        {
            IsRequired = true, Check = check, Minimum = 1, Maximum = 1024,
        };

    /// <summary>One of a few words.</summary>
    public static SchemaScalar Choice(
        string name, string? defaultText, string documentation, params string[] choices) =>
        new(name, SchemaValueKind.Text, defaultText, documentation) { Choices = choices };

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static SchemaScalar Boolean(string name, bool defaultValue, string documentation) =>
        new(name, SchemaValueKind.Boolean, defaultValue ? "true" : "false", documentation);

    /// <summary>A whole number in a range.</summary>
    public static SchemaScalar Integer(
        string name, long? defaultValue, long minimum, long maximum, string documentation) =>
        new(name, SchemaValueKind.Integer, defaultValue?.ToString(CultureInfo.InvariantCulture), documentation)
        {
            Minimum = minimum, Maximum = maximum,
        };

    /// <summary>A number in a range.</summary>
    public static SchemaScalar Number(
        string name,
        double? defaultValue,
        string documentation,
        double minimum = double.MinValue,
        double maximum = double.MaxValue) =>
        new(name, SchemaValueKind.Number, defaultValue?.ToString(CultureInfo.InvariantCulture), documentation)
        {
            Minimum = minimum, Maximum = maximum,
        };

    /// <summary>A duration in a range, all three as texts.</summary>
    public static SchemaScalar Duration(
        string name, string? defaultText, string minimum, string maximum, string documentation) =>
        new(name, SchemaValueKind.Duration, defaultText, documentation)
        {
            Minimum = Seconds(minimum), Maximum = Seconds(maximum),
        };

    /// <summary>A size in a range, all three as texts.</summary>
    public static SchemaScalar Size(
        string name, string? defaultText, string minimum, string maximum, string documentation) =>
        new(name, SchemaValueKind.Size, defaultText, documentation)
        {
            Minimum = Bytes(minimum), Maximum = Bytes(maximum),
        };

    private static double Seconds(string text) => DurationText.TryParse(text, out var duration)
        ? duration.TotalSeconds
        : throw new ArgumentException($"'{text}' is no duration.", nameof(text));

    private static double Bytes(string text) => SizeText.TryParse(text, out var bytes)
        ? bytes
        : throw new ArgumentException($"'{text}' is no size.", nameof(text));
}
