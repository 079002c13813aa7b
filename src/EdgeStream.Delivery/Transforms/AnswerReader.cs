using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads answers by the contract of Firehose's functions: <c>{"recordId","result","data"}</c>.</summary>
/// <remarks><c>result</c> is <c>Ok</c>, <c>Dropped</c> or <c>ProcessingFailed</c>. <c>data</c> is Base64 where the
/// contract is the function's; where <c>dataBase64</c> is known, <c>data</c> is JSON and stands as it is.</remarks>
/// <param name="isJsonData">Whether <c>data</c> is JSON.</param>
internal sealed class AnswerReader(bool isJsonData)
{
    /// <summary>What no answer was given for.</summary>
    public static readonly TransformAnswer Missing = Failed(
        "Transform.MissingRecordId", "The transform has not answered for this record.");

    /// <summary>Reads one answer; the reader stands on its opening brace and then on its closing one.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public (string? RecordId, TransformAnswer Answer) Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An answer is no JSON object.");
        }

        string? id = null;
        string? result = null;
        ReadOnlyMemory<byte>? data = null;
        var isDataReadable = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "recordId" when reader.TokenType == JsonTokenType.String:
                    id = reader.GetString();
                    break;
                case "result" when reader.TokenType == JsonTokenType.String:
                    result = reader.GetString();
                    break;
                case "data" when isJsonData:
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    data = json[start..(int)reader.BytesConsumed];
                    break;
                case "data" or "dataBase64" when reader.TokenType == JsonTokenType.String:
                    isDataReadable = reader.TryGetBytesFromBase64(out var bytes);
                    data = bytes;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (id, Of(result, data, isDataReadable));
    }

    private static TransformAnswer Of(string? result, ReadOnlyMemory<byte>? data, bool isDataReadable) => result switch
    {
        "Ok" when !isDataReadable => Failed(
            "Transform.InvalidData", "The transform has answered with data that is no Base64."),
        "Ok" when data is null => Failed("Transform.InvalidData", "The transform has answered Ok without data."),
        "Ok" => new TransformAnswer(TransformOutcome.Ok, data.Value, null),
        "Dropped" => new TransformAnswer(TransformOutcome.Dropped, default, null),
        "ProcessingFailed" => Failed(
            "Transform.ProcessingFailed", "The transform has answered that it cannot process this record."),
        _ => Failed("Transform.InvalidResult",
            $"The transform has answered with the result '{Cut(result)}': it must be Ok, Dropped or "
                + "ProcessingFailed."),
    };

    private static string? Cut(string? text) => text is { Length: > 100 } ? text[..100] : text;

    private static TransformAnswer Failed(string code, string message) => new(
        TransformOutcome.Failed, default, RejectionCause.Of(RejectionReason.InvalidData, code, message));
}
