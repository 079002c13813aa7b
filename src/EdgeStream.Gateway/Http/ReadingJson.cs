using System.Text;
using System.Text.Json;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>One record as the live view shows it: its numbers only.</summary>
internal static class ReadingJson
{
    private const int FieldCountMax = 128;
    private const int DepthMax = 8;

    /// <summary>Writes <c>{"key","time","simulated","values"}</c>; nothing, and false, when the data is no JSON object
    /// with a number.</summary>
    public static bool TryWrite(Utf8JsonWriter writer, in StreamRecord record)
    {
        if (!HasNumber(record.Data, out var isSimulated))
        {
            return false;
        }

        writer.WriteStartObject();
        writer.WriteString("key", record.PartitionKey);
        writer.WriteString("time", record.EventTime.ToString());
        writer.WriteBoolean("simulated", isSimulated);
        writer.WriteStartObject("values");
        WriteNumbers(writer, record.Data);
        writer.WriteEndObject();
        writer.WriteEndObject();
        return true;
    }

    /// <summary>Reads all of the data once, so that nothing is written for data that turns out to be broken.</summary>
    private static bool HasNumber(ReadOnlySpan<byte> data, out bool isSimulated)
    {
        isSimulated = false;
        var hasNumber = false;
        try
        {
            var reader = new Utf8JsonReader(data);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
                hasNumber |= reader.TokenType == JsonTokenType.Number;
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1
                    && reader.ValueTextEquals("simulated"u8))
                {
                    reader.Read();
                    isSimulated = reader.TokenType == JsonTokenType.True;
                }
            }

            return hasNumber;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        var names = new string[DepthMax];
        var count = 0;
        while (reader.Read() && count < FieldCountMax)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    reader.Skip();
                    break;
                case JsonTokenType.PropertyName when reader.CurrentDepth <= DepthMax:
                    names[reader.CurrentDepth - 1] = Encoding.UTF8.GetString(reader.ValueSpan);
                    break;
                case JsonTokenType.Number when reader.CurrentDepth <= DepthMax:
                    var name = reader.CurrentDepth == 1 ? names[0] : string.Join('.', names[..reader.CurrentDepth]);
                    writer.WritePropertyName(name);
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    count++;
                    break;
            }
        }
    }
}
