using EdgeStream.Sql;

namespace EdgeStream.Gateway.Http;

/// <summary>Turns what is wrong with a query into an answer.</summary>
internal static class QueryCalls
{
    /// <summary>Runs it.</summary>
    /// <exception cref="ApiException">The text is wrong, or the state cannot be written.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception error) when (ErrorOf(error) is { } refused)
        {
            throw new ApiException(refused);
        }
    }

    /// <summary>The answer to an error that queries have; null for every other.</summary>
    public static ApiError? ErrorOf(Exception error) => error switch
    {
        SqlException sql => new ApiError(
            StatusCodes.Status400BadRequest, "sql_error", sql.Error.Primary, sql.Error.Hint ?? "")
        {
            Sql = sql.Error,
        },
        ArgumentException refused => new ApiError(
            StatusCodes.Status400BadRequest, "invalid_query", refused.Message, ""),
        IOException failed => new ApiError(
            StatusCodes.Status503ServiceUnavailable, "not_durable", $"It is not kept: {failed.Message}",
            "See /health."),
        _ => null,
    };
}
