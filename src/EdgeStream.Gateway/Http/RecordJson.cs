using System.Text.Json;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>One record as the API shows it.</summary>
internal static class RecordJson
{
    /// <summary>Writes <c>{"shard","sequence","key","arrivalTime","eventTime","data"}</c>; data that is not JSON as
    /// <c>dataBase64</c>.</summary>
    public static void Write(Utf8JsonWriter writer, Shard shard, in StreamRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("shard", shard.Id);
        writer.WriteNumber("sequence", record.Sequence.Value);
        writer.WriteString("key", record.PartitionKey);
        writer.WriteString("arrivalTime", record.ArrivalTime.ToString());
        writer.WriteString("eventTime", record.EventTime.ToString());
        if (IsJson(record.Data))
        {
            writer.WritePropertyName("data");
            writer.WriteRawValue(record.Data, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String("dataBase64", record.Data);
        }

        writer.WriteEndObject();
    }

    /// <summary>Whether the bytes are exactly one JSON value.</summary>
    public static bool IsJson(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            if (!reader.Read())
            {
                return false;
            }

            reader.Skip();
            return !reader.Read() && System.Text.Unicode.Utf8.IsValid(data);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
