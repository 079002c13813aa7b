using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>The JSON object of one sample while it is written, and the buffer that its files are read into.</summary>
internal sealed class BoardFields(Utf8JsonWriter writer)
{
    /// <summary>The most fields one record has; what comes after is left out.</summary>
    internal const int CountMax = 256;

    private const int FileSizeBytesMax = 64 << 10;

    /// <summary>Where the files are read into, one after the other.</summary>
    internal byte[] FileBuffer { get; } = new byte[FileSizeBytesMax];

    /// <summary>Fields of the sample so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Starts a sample.</summary>
    internal void Begin()
    {
        Count = 0;
        writer.WriteStartObject();
    }

    /// <summary>Writes one field; a value that JSON has no number for is left out.</summary>
    internal void Add(JsonEncodedText name, double value, int decimals)
    {
        if (Count < CountMax && double.IsFinite(value))
        {
            writer.WriteNumber(name, Math.Round(value, decimals));
            Count++;
        }
    }

    /// <summary>Ends the sample and hands its bytes to the output.</summary>
    internal void End()
    {
        writer.WriteEndObject();
        writer.Flush();
    }
}
