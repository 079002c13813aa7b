using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>The JSON that these commands print.</summary>
internal static class JsonText
{
    /// <summary>As UTF-8 goes to a terminal or a file, not into a page.</summary>
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A writer into a buffer.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> buffer) => new(buffer, Options);

    /// <summary>Prints one document on one line.</summary>
    public static void Print(TextWriter output, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = Writer(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Prints one document that says something of each log.</summary>
    public static void PrintLogs(TextWriter output, LogTargets targets, Action<Utf8JsonWriter, int> writeLog) =>
        Print(output, json =>
        {
            json.WriteBoolean("live", targets.IsLive);
            json.WriteStartArray("logs");
            for (var i = 0; i < targets.All.Count; i++)
            {
                writeLog(json, i);
            }

            json.WriteEndArray();
        });

    /// <summary>Writes an array of texts.</summary>
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes which log something is about.</summary>
    public static void Write(Utf8JsonWriter json, LogTarget target)
    {
        json.WriteString("stream", target.Stream);
        json.WriteString("shard", target.Shard);
        json.WriteString("folder", target.Folder);
    }

    /// <summary>Writes damaged places.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<LogDamage> damage)
    {
        json.WriteStartArray("damage");
        foreach (var place in damage)
        {
            json.WriteStartObject();
            json.WriteString("file", place.Path);
            json.WriteNumber("offset", place.Offset);
            json.WriteNumber("endOffset", place.EndOffset);
            json.WriteNumber("lostRecords", place.LostRecords);
            json.WriteNumber("firstLost", place.FirstLost.Value);
            json.WriteNumber("lastLost", place.LastLost.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes changed files.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<FileChange> changes)
    {
        json.WriteStartArray("changes");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("file", change.Path);
            json.WriteString("kind", Name(change.Kind));
            json.WriteNumber("offset", change.Offset);
            json.WriteNumber("sizeBytes", change.SizeBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>How a change is called.</summary>
    public static string Name(FileChangeKind kind) => kind switch
    {
        FileChangeKind.Made => "made",
        FileChangeKind.Changed => "changed",
        _ => "removed",
    };

    /// <summary>How the state of an index is called.</summary>
    public static string Name(IndexState state) => state switch
    {
        IndexState.Valid => "valid",
        IndexState.Missing => "missing",
        IndexState.Damaged => "damaged",
        IndexState.Mark => "mark",
        IndexState.LeftOver => "leftover",
        _ => "wrong",
    };
}
