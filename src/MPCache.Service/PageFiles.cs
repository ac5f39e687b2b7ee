using System.Reflection;

namespace MPCache.Service;

/// <summary>The page, all of it from this assembly: nothing foreign is loaded, and the browser is told to refuse it.</summary>
internal static class PageFiles
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(WebApplication app)
    {
        foreach ((string path, string file, string type) in new[]
        {
            ("/", "page.html", "text/html; charset=utf-8"),
            ("/page.css", "page.css", "text/css; charset=utf-8"),
            ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        })
        {
            app.MapGet(path, (HttpContext http) =>
            {
                http.Response.Headers.ContentSecurityPolicy = Policy;
                http.Response.Headers["Referrer-Policy"] = "no-referrer";
                http.Response.Headers.CacheControl = "no-cache";
                return Results.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream("page/" + file)!, type);
            });
        }
    }
}
