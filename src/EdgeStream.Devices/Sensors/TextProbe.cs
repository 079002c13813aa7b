namespace EdgeStream.Devices;

/// <summary>A file with a word, such as the state of a battery.</summary>
/// <param name="path">The file.</param>
internal sealed class TextProbe(string path) : ISensorProbe
{
    /// <inheritdoc/>
    public SensorValue Read() => KernelAttribute.ReadText(path) is { Length: > 0 } text
        ? SensorValue.Of(text)
        : throw new IOException($"{path} is empty.");
}
