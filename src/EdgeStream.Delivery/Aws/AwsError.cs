using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads the errors of AWS services: <c>{"__type":"&lt;code&gt;","message":…}</c>.</summary>
internal static class AwsError
{
    /// <summary>The error's code; null where the body is none.</summary>
    public static string? CodeOf(HttpAnswer answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer.Body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("__type"u8);
                reader.Read();
                if (isType && reader.TokenType == JsonTokenType.String)
                {
                    var type = reader.GetString()!;
                    return type[(type.LastIndexOf('#') + 1)..];
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // What stands between, such as a proxy, answers in its own way.
        }

        return null;
    }

    /// <summary>Whether trying again helps by itself.</summary>
    public static bool IsPassing(string? code) => code is "ProvisionedThroughputExceededException"
        or "LimitExceededException" or "ThrottlingException" or "KMSThrottlingException" or "InternalFailure"
        or "InternalFailureException" or "ServiceUnavailable" or "ServiceUnavailableException"
        or "RequestExpired" or "RequestTimeTooSkewed";

    /// <summary>Whether other credentials may help, which may have been given meanwhile.</summary>
    public static bool IsOfCredentials(string? code) => code is "ExpiredTokenException" or "ExpiredToken"
        or "UnrecognizedClientException" or "InvalidSignatureException" or "SignatureDoesNotMatch"
        or "InvalidAccessKeyId" or "InvalidClientTokenId";

    /// <summary>What someone can do about it.</summary>
    public static string AdviceOf(string? code) => code switch
    {
        "ResourceNotFoundException" => "Create the stream, or mend the delivery's stream, region or endpoint.",
        "AccessDeniedException" => "Let the access key put records into the stream.",
        "UnrecognizedClientException" or "InvalidSignatureException" or "IncompleteSignatureException"
            or "MissingAuthenticationTokenException" or "SignatureDoesNotMatch" or "InvalidAccessKeyId"
            or "InvalidClientTokenId" =>
            "Mend the delivery's access key.",
        _ => "Mend the delivery or the server.",
    };
}
