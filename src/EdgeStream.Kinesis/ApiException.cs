namespace EdgeStream.Kinesis;

/// <summary>A request is answered with an error; type and text are the service's.</summary>
/// <param name="type">The error's type as clients know it.</param>
/// <param name="message">The text; null where the service gives none.</param>
/// <param name="statusCode">The status of the HTTP response.</param>
public sealed class ApiException(string type, string? message, int statusCode = 400) : Exception(message)
{
    /// <summary>The error's type as clients know it.</summary>
    public string Type { get; } = type;

    /// <summary>The text; null where the service gives none.</summary>
    public string? Text { get; } = message;

    /// <summary>The status of the HTTP response.</summary>
    public int StatusCode { get; } = statusCode;

    internal static ApiException Serialization(string? message) => new(ErrorType.Serialization, message);

    internal static ApiException Validation(string message) => new(ErrorType.Validation, message);

    internal static ApiException InvalidArgument(string message) => new(ErrorType.InvalidArgument, message);

    internal static ApiException NotFound(string message) => new(ErrorType.ResourceNotFound, message);

    internal static ApiException InUse(string message) => new(ErrorType.ResourceInUse, message);

    internal static ApiException LimitExceeded(string message) => new(ErrorType.LimitExceeded, message);
}
