using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Changes to JSON objects as JSON Merge Patch has them (RFC 7396), and differences between two.</summary>
/// <remarks>A member that is null takes the member away; an object changes the members it names; anything else
/// replaces. Of members with the same name the last counts.</remarks>
internal static class TwinPatch
{
    internal static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    /// <summary>A state with a patch applied.</summary>
    internal static byte[] Apply(JsonElement state, JsonElement patch) => Write(writer => Merge(writer, state, patch));

    /// <summary>What <paramref name="desired"/> has and <paramref name="reported"/> has not, or otherwise.</summary>
    internal static byte[] Difference(JsonElement desired, JsonElement reported) =>
        Write(writer => WriteDifference(writer, desired, reported));

    private static void Merge(Utf8JsonWriter writer, JsonElement? state, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        var changes = Members(patch);
        if (state is { ValueKind: JsonValueKind.Object } before)
        {
            foreach (var (name, value) in Members(before))
            {
                if (!changes.Remove(name, out var change))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
                else if (change.ValueKind != JsonValueKind.Null)
                {
                    writer.WritePropertyName(name);
                    Merge(writer, value, change);
                }
            }
        }

        foreach (var (name, change) in changes)
        {
            if (change.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(name);
                Merge(writer, null, change);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteDifference(Utf8JsonWriter writer, JsonElement desired, JsonElement reported)
    {
        writer.WriteStartObject();
        var there = Members(reported);
        foreach (var (name, value) in Members(desired))
        {
            if (!there.TryGetValue(name, out var other))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            else if (!JsonElement.DeepEquals(value, other))
            {
                writer.WritePropertyName(name);
                if (value.ValueKind == JsonValueKind.Object && other.ValueKind == JsonValueKind.Object)
                {
                    WriteDifference(writer, value, other);
                }
                else
                {
                    value.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>In their order; of the same name the last.</summary>
    private static Dictionary<string, JsonElement> Members(JsonElement item)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in item.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, WriterOptions))
        {
            write(writer);
        }

        return output.WrittenSpan.ToArray();
    }
}
