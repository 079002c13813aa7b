using EdgeStream.Sql;

namespace EdgeStream.Gateway.Http;

/// <summary>A refused request: the HTTP status, a code for programs, what was wrong, and what to do.</summary>
internal sealed record ApiError(int Status, string Code, string Message, string Hint)
{
    /// <summary>Where in a text of SQL it is; null where it is in none.</summary>
    public SqlError? Sql { get; init; }

    /// <summary>A stream that does not exist.</summary>
    public static ApiError NoStream(string name, IEnumerable<string> names) => new(
        StatusCodes.Status404NotFound, "stream_not_found", $"There is no stream '{name}'.",
        $"Streams: {string.Join(", ", names)}.");

    /// <summary>A delivery that does not run.</summary>
    public static ApiError NoDelivery(string name, IEnumerable<string> names) => new(
        StatusCodes.Status404NotFound, "delivery_not_found", $"There is no delivery '{name}'.",
        $"Deliveries: {string.Join(", ", names)}.");

    /// <summary>A device that was never seen, or is forgotten.</summary>
    public static ApiError NoDevice(string id) => new(
        StatusCodes.Status404NotFound, "device_not_found", $"There is no device '{id}'.",
        "GET /api/devices lists them; a '/' in a name is written %2F.");

    /// <summary>A value that is not allowed.</summary>
    public static ApiError Invalid(string message, string hint) =>
        new(StatusCodes.Status400BadRequest, "invalid_argument", message, hint);
}
