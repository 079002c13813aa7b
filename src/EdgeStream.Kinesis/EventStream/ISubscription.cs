using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Kinesis;

/// <summary>An answer that goes on for minutes.</summary>
internal interface ISubscription
{
    /// <summary>Writes the answer until its end.</summary>
    /// <param name="features">The request's.</param>
    /// <param name="output">For events under way, and the room that they take.</param>
    Task RunAsync(IFeatureCollection features, AnswerOutput output);
}
