namespace EdgeStream.Gateway.Http;

/// <summary>Turns what a decision about alerts meets into an answer.</summary>
internal static class DeskCalls
{
    /// <summary>Runs it.</summary>
    /// <exception cref="ApiException">It is not allowed, or the state cannot be written.</exception>
    public static async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ArgumentException refused)
        {
            throw new ApiException(ApiError.Invalid(refused.Message, "GET /api/openapi.json describes it."));
        }
        catch (IOException failed)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "not_durable",
                $"It is not noted: {failed.Message}", "See /health."));
        }
    }
}
