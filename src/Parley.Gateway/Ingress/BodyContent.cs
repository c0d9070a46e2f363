namespace Parley.Gateway.Ingress;

/// <summary>What a request's body may be, by its content type.</summary>
internal enum BodyContent
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>JSON, or a form that holds a file.</summary>
    JsonOrForm,

    /// <summary>Anything, also compressed: nobody here reads it.</summary>
    Anything,
}
