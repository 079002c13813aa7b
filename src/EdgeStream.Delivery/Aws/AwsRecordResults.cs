using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads what became of each record of PutRecords and PutRecordBatch.</summary>
internal static class AwsRecordResults
{
    /// <summary>Sets the verdicts; false where the answer does not have one for each record.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="member">The member with the results.</param>
    /// <param name="request">The request.</param>
    public static bool TryRead(byte[] body, string member, DeliveryRequest request)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var count = -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isResults = reader.ValueTextEquals(member);
                reader.Read();
                if (isResults && reader.TokenType == JsonTokenType.StartArray)
                {
                    count = ReadResults(ref reader, request);
                }

                reader.Skip();
            }

            return reader.TokenType == JsonTokenType.EndObject && count == request.Records.Count;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int ReadResults(ref Utf8JsonReader reader, DeliveryRequest request)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var verdict = ReadResult(ref reader);
            if (count < request.Verdicts.Length)
            {
                request.Verdicts[count] = verdict;
            }

            count++;
        }

        return count;
    }

    private static RecordVerdict ReadResult(ref Utf8JsonReader reader)
    {
        string? code = null;
        var message = "";
        var hasId = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCode = reader.ValueTextEquals("ErrorCode"u8);
            var isMessage = reader.ValueTextEquals("ErrorMessage"u8);
            var isId = reader.ValueTextEquals("SequenceNumber"u8) || reader.ValueTextEquals("RecordId"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                code = isCode ? reader.GetString() : code;
                message = isMessage ? reader.GetString()! : message;
                hasId |= isId;
            }

            reader.Skip();
        }

        return code is not null ? RecordVerdict.Again(code, message)
            : hasId ? RecordVerdict.Accepted
            : RecordVerdict.Again("", "no sequence number was answered");
    }
}
