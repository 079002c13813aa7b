namespace EdgeStream.Devices;

/// <summary>What a dialect knows of the members of its JSON payloads.</summary>
/// <remarks>This one knows nothing: every member is a reading.</remarks>
internal class LeafRules
{
    /// <summary>The rules of JSON that nobody has agreed upon.</summary>
    internal static LeafRules None { get; } = new();

    /// <summary>Whether a member of the payload's root is no reading.</summary>
    internal virtual bool Skips(ReadOnlySpan<byte> name) => false;

    /// <summary>The unit of a number; empty when it is not known.</summary>
    /// <param name="name">The whole name of the measurement.</param>
    /// <param name="leaf">The name of the last member on the way to it.</param>
    internal virtual ReadOnlySpan<byte> UnitOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) => default;

    /// <summary>What a value tells of the device itself.</summary>
    /// <param name="name">The whole name of the measurement.</param>
    /// <param name="leaf">The name of the last member on the way to it.</param>
    internal virtual Vital VitalOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> leaf) => Vital.None;

    /// <summary>Whether a text stands for true or false; null when it is a text.</summary>
    internal virtual bool? BooleanOf(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> text) => null;

    /// <summary>ON and OFF as a boolean.</summary>
    protected static bool? OnOrOff(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("ON"u8) ? true : text.SequenceEqual("OFF"u8) ? false : null;
}
